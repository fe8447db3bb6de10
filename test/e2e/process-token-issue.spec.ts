import { afterAll, describe, expect, it, jest } from '@jest/globals';

import type { SessionView, TokenPairView } from '../../contract/views.js';
import { SETTINGS } from '../../src/config/config.module.js';
import type { Settings } from '../../src/config/settings.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp } from '../support/test-app.js';

describe('npm run token:issue', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  afterAll(() => yard.clear());

  const issue = (environment: Record<string, string>, ...args: string[]) =>
    yard.runTool('token-issue', environment, args);

  it('explains itself, and starts nothing', async () => {
    const nowhere = { DATA_DIR: '/nowhere/at/all' };
    const help = await issue(nowhere, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const option of ['--user', '--ttl', '--yes-in-production', '--json']) expect(help.stdout).toContain(option);
    const wrong = [[], ['--user', 'ada', '--ttl', 'soon'], ['--user', 'ada', '--ttl', '31d'], ['ada']];
    for (const args of wrong) expect(await issue(nowhere, ...args)).toMatchObject({ code: 2, stdout: '' });
    const refused = await issue(nowhere, '--user', 'ada');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^There is no secret in \/nowhere\/at\/all: .*DATA_DIR or JWT_SECRET.*\n$/);
  });

  it('gives a token to the server that runs on the embedded database, and to one that is started later', async () => {
    const environment = { DATA_DIR: await yard.folder(), NODE_ENV: 'test', LOG_LEVEL: 'info' };
    const server = yard.start(environment);
    const api = new ApiClient(`${await server.ready()}/api/v1`);
    const account = { username: 'Ada', email: 'ada@example.org', password: 'correct horse' };
    const ada = expectStatus(await api.post<TokenPairView>('/auth/register', account), 201);

    const byName = await issue(environment, '--user', 'ada');
    expect(byName).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
    const mine = api.as(byName.stdout.trim());
    expect(expectStatus(await mine.get('/users/me'), 200)).toMatchObject({ id: ada.user.id });
    expect(await issue(environment, '--user', 'nobody')).toMatchObject({
      code: 1,
      stderr: 'There is no user named nobody.\n',
    });

    // It is a session like any other: seen, and ended.
    const sessions = expectStatus(await mine.get<SessionView[]>('/auth/sessions'), 200);
    const current = sessions.find((session) => session.current);
    expect(current?.device).toBe('npm run token:issue');
    expectStatus(await api.as(ada.accessToken).delete(`/auth/sessions/${current!.id}`), 204);
    expect((await mine.get('/users/me')).status).toBe(401);
    await server.stop();

    const json = await issue(environment, '--user', ada.user.id, '--ttl', '2h', '--json');
    const { accessToken, expiresAt, ...rest } = JSON.parse(json.stdout) as Record<string, string>;
    expect(rest).toEqual({
      tokenType: 'Bearer',
      userId: ada.user.id,
      username: 'Ada',
      sessionId: expect.any(String),
    });
    const claims = JSON.parse(Buffer.from(accessToken!.split('.')[1]!, 'base64url').toString()) as {
      exp: number;
      iat: number;
    };
    expect(claims.exp - claims.iat).toBe(7200);
    expect(Math.abs(new Date(expiresAt!).getTime() / 1000 - claims.exp)).toBeLessThanOrEqual(2);
    const again = yard.start(environment);
    const api2 = new ApiClient(`${await again.ready()}/api/v1`);
    expectStatus(await api2.as(accessToken!).get('/users/me'), 200);
    await again.stop();
  });

  it('works on an outside database, gives none of a deactivated account, and asks again in production', async () => {
    const app = await startTestApp();
    const ada = await aPerson(app);
    const environment = {
      MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI']!,
      DATABASE_NAME: app.connection.name,
      JWT_SECRET: app.app.get<Settings>(SETTINGS, { strict: false }).JWT_SECRET,
      DATA_DIR: await yard.folder(),
      BCRYPT_ROUNDS: '10',
    };
    const issued = await issue(environment, '--user', ada.username);
    expectStatus(await new ApiClient(app.api, issued.stdout.trim()).get('/users/me'), 200);

    const production = { ...environment, NODE_ENV: 'production' };
    const refused = await issue(production, '--user', ada.username);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^This is production: .*--yes-in-production\n$/);
    expect(await issue(production, '--user', ada.username, '--yes-in-production')).toMatchObject({
      code: 0,
      stderr: '',
    });

    await app.connection.collection('users').updateOne({ username: ada.username }, { $set: { isActive: false } });
    expect(await issue(environment, '--user', ada.username)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/ is not active: /),
    });
    await app.stop();
  });
});
