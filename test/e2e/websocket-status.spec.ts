import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { Page } from '../../contract/views.js';
import type { WebSocketClientView, WebSocketStatusView } from '../../contract/websocket-status.js';
import { anAdmin } from '../support/admin.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('the status of the sockets', () => {
  let app: TestApp;
  let admin: Person;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '7', WS_PING_INTERVAL: '9000', WS_PONG_TIMEOUT: '8000' });
    admin = await anAdmin(app);
    ada = await aPerson(app);
  });
  afterAll(() => app.stop());

  const status = async () => expectStatus(await admin.api.get<WebSocketStatusView>('/websocket/status'), 200);
  const clients = async (query = '') =>
    expectStatus(await admin.api.get<Page<WebSocketClientView>>(`/websocket/clients${query}`), 200);

  it('counts the connections of both transports, and says which limits and heartbeat are in force', async () => {
    await ada.connect();
    await ada.connectPlain();
    expect(await status()).toMatchObject({
      connections: { total: 2, socketIo: 1, websocket: 1, users: 1 },
      limits: { maxConnectionsPerUser: 7, maxFrameBytes: limits.socket.maxFrameBytes },
      heartbeat: { intervalMs: 9000, timeoutMs: 8000 },
    });
    ada.disconnect();
    await eventually(async () => (await status()).connections.total === 0);
  });

  it('lists who is connected, page by page, each connection once', async () => {
    const group = await ada.createGroup();
    await ada.connect();
    await ada.connectPlain();
    await ada.connectPlain({ path: `/ws/groups/${group.id}` });
    const first = await clients('?limit=2');
    expect(first.hasMore).toBe(true);
    const second = await clients(`?limit=2&cursor=${first.nextCursor ?? ''}`);
    expect(second.hasMore).toBe(false);
    const all = [...first.items, ...second.items];
    expect(new Set(all.map(({ connectionId }) => connectionId)).size).toBe(3);
    expect(all.map(({ transport }) => transport).sort()).toEqual(['socket.io', 'websocket', 'websocket']);
    for (const client of all) {
      expect(client).toMatchObject({ userId: ada.id, username: ada.username, groups: 1, pendingEvents: 0 });
      expect(client.expiresAt > client.connectedAt).toBe(true);
    }
    ada.disconnect();
  });

  it('refuses a cursor of another list', async () => {
    const answer = await admin.api.get('/websocket/clients?cursor=WyJvdGhlciJd');
    expectProblem(answer, 'validation_failed');
  });
});
