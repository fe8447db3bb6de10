import { afterAll, describe, expect, it, jest } from '@jest/globals';

import type { TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp } from '../support/test-app.js';

describe('npm run admin:grant', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  afterAll(() => yard.clear());

  const grant = (environment: Record<string, string>, ...args: string[]) =>
    yard.runTool('admin-grant', environment, args);

  it('explains itself, and starts nothing', async () => {
    const help = await grant({ DATA_DIR: '/nowhere/at/all' }, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/--revoke.*\n.*--json.*\n.*--help/);
    const wrong = [[], ['ada', 'bob'], ['--what', 'ada']];
    for (const args of wrong) {
      expect(await grant({ DATA_DIR: '/nowhere/at/all' }, ...args)).toMatchObject({ code: 2, stdout: '' });
    }
    const nowhere = await grant({ DATA_DIR: '/nowhere/at/all' }, 'ada');
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/^There is no database in \/nowhere\/at\/all\..*\n$/);
  });

  it('works on the embedded database while no server runs, and says what to do while one does', async () => {
    const environment = { DATA_DIR: await yard.folder(), NODE_ENV: 'test', LOG_LEVEL: 'info' };
    const server = yard.start(environment);
    const url = await server.ready();
    const api = new ApiClient(`${url}/api/v1`);
    const account = { username: 'Ada', email: 'ada@example.org', password: 'correct horse' };
    expectStatus(await api.post('/auth/register', account), 201);
    const refused = await grant(environment, 'ada');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^\S+ is in use by process \d+: stop it and try again, .*\n$/);
    await server.stop();

    expect(await grant(environment, 'nobody')).toMatchObject({ code: 1, stderr: 'There is no user named nobody.\n' });
    expect(await grant(environment, 'ADA')).toMatchObject({ code: 0, stdout: 'Ada is an admin now.\n', stderr: '' });
    const json = await grant(environment, 'ada', '--json');
    expect(JSON.parse(json.stdout)).toEqual({
      id: expect.any(String),
      username: 'Ada',
      role: 'admin',
      isChanged: false,
      hasAdmin: true,
    });

    const again = yard.start(environment);
    const api2 = new ApiClient(`${await again.ready()}/api/v1`);
    const login = { login: 'ada', password: account.password };
    const { accessToken } = expectStatus(await api2.post<TokenPairView>('/auth/login', login), 200);
    expectStatus(await api2.as(accessToken).get('/admin/users'), 200);
    await again.stop();
  });

  it('works on an outside database under a running server, which heeds it at once', async () => {
    const app = await startTestApp();
    const ada = await aPerson(app);
    const environment = {
      MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI']!,
      DATABASE_NAME: app.connection.name,
      DATA_DIR: await yard.folder(),
    };
    expect((await ada.api.get('/admin/users')).status).toBe(403);
    expect(await grant(environment, ada.username)).toMatchObject({ code: 0, stderr: '' });
    expect((await ada.api.get('/admin/users')).status).toBe(200);
    expect(await grant(environment, ada.username, '--revoke')).toMatchObject({
      code: 0,
      stdout: `${ada.username} is no admin now. There is no active admin now.\n`,
    });
    expect((await ada.api.get('/admin/users')).status).toBe(403);
    await app.stop();
  });
});
