import { afterAll, describe, expect, it, jest } from '@jest/globals';

import type { DashboardData } from '../../contract/dashboard.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { eventually } from '../support/eventually.js';
import { aPerson } from '../support/people.js';

const patienceMs = 40_000;

describe('a server whose database stops', () => {
  const yard = new ProcessYard();
  // Two starts of a database and one of a server, on a machine that does other things.
  jest.setTimeout(3 * patienceMs);
  afterAll(() => yard.clear());

  it('says so in its health and on the dashboard, and that all is well again when it is', async () => {
    const dataDir = await yard.folder();
    const database = yard.startDatabase(dataDir);
    const server = yard.start({
      DATA_DIR: await yard.folder(),
      MONGODB_URI: await database.ready(),
      MONGODB_TIMEOUT_MS: '500',
      DEFAULT_DATA: 'false',
    });
    const url = await server.ready();
    const root = new ApiClient(url);
    const ready = () => root.get<{ status: string; reason: string | null }>('/health/ready');
    const health = () => root.get<{ status: string; reasons: string[] }>('/health');
    const view = async () => (await root.get<DashboardData>('/dashboard/api/data')).body;
    const ada = await aPerson({ url, api: `${url}/api/v1` });
    expect((await ready()).body).toEqual({ status: 'ready', reason: null });
    expect((await view()).status.level).not.toBe('red');

    await database.stop();
    await eventually(async () => (await ready()).status === 503, patienceMs);
    expect((await ready()).body).toEqual({ status: 'no_database', reason: 'The database does not answer.' });
    expect(await health()).toMatchObject({
      status: 503,
      body: { status: 'unavailable', reasons: ['The database does not answer.'] },
    });
    const failed = await ada.api.post('/groups', { kind: 'group', name: 'in the outage' });
    expect(failed.status).toBeGreaterThanOrEqual(500);
    const down = await view();
    expect(down.status).toMatchObject({ level: 'red', database: { state: 'down', level: 'red', pingMs: null } });
    expect(down.status.reasons[0]).toEqual({ level: 'red', text: 'The database does not answer.' });
    expect(down.logs.errors[0]).toMatchObject({
      what: 'POST /api/v1/groups',
      status: failed.status,
      correlationId: failed.headers.get('x-correlation-id'),
      // Whose session it is could not be asked.
      userId: null,
      username: null,
    });
    expect((await (await fetch(`${url}/metrics`)).text()).split('\n')).toContain('confab_database_up 0');

    await yard.startDatabase(dataDir).ready();
    await eventually(async () => (await ready()).status === 200, patienceMs);
    const up = await view();
    expect(up.status.database).toMatchObject({ state: 'up', level: 'green' });
    expect((await health()).body).toMatchObject({ status: 'ok', reasons: [] });
    await ada.createGroup();
  });
});
