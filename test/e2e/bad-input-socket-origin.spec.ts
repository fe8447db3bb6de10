import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aPerson, expectStatus, type Person } from '../support/people.js';
import { PlainSocket } from '../support/plain-socket.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';

const allowed = 'https://chat.example.org';

describe('the page that a connection comes from', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp({ CORS_ORIGINS: `${allowed},http://localhost:5173` });
    ada = await aPerson(app);
  });
  afterAll(() => app.stop());

  /** The status of the server's answer to a handshake over polling, or to an upgrade. */
  const handshake = (transport: 'polling' | 'websocket', origin?: string) =>
    new Promise<{ status: number | undefined; allowOrigin: string | undefined }>((resolve, reject) => {
      const upgrade = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.from('sixteen bytes ok').toString('base64'),
      };
      const sent = request(`${app.url}/socket.io/?EIO=4&transport=${transport}`, {
        headers: { ...(origin !== undefined && { origin }), ...(transport === 'websocket' && upgrade) },
        agent: false,
      });
      const answer = ({ statusCode, headers }: { statusCode?: number; headers: NodeJS.Dict<string | string[]> }) => {
        resolve({ status: statusCode, allowOrigin: headers['access-control-allow-origin'] as string | undefined });
      };
      sent.on('response', (response) => {
        response.resume();
        answer(response as never);
      });
      sent.on('upgrade', (response, socket) => {
        socket.destroy();
        answer(response as never);
      });
      sent.on('error', reject);
      sent.end();
    });

  it.each([allowed, 'http://localhost:5173', undefined])('is served when it is %s', async (origin) => {
    expect((await handshake('polling', origin)).status).toBe(200);
    expect((await handshake('websocket', origin)).status).toBe(101);
    const headers = origin === undefined ? {} : { extraHeaders: { origin } };
    (await TestSocket.connect(app.url, ada.tokens.accessToken, headers)).close();
  });

  it('is served when it is a page of this server, whatever a proxy made of its scheme', async () => {
    const { host } = new URL(app.url);
    for (const origin of [`http://${host}`, `https://${host}`]) {
      expect((await handshake('websocket', origin)).status).toBe(101);
      expect((await handshake('polling', origin)).status).toBe(200);
      await PlainSocket.connect(app.url, ada.tokens.accessToken, { headers: { origin } }).then((socket) =>
        socket.close(),
      );
    }
    expect((await handshake('websocket', `http://${host}0`)).status).toBe(400);
    expect((await handshake('websocket', `http://evil.example.org/${host}`)).status).toBe(400);
  });

  it.each([
    'https://evil.example.org',
    'https://chat.example.org.evil.example.org',
    'https://chat.example.org:8443',
    'http://chat.example.org',
    'https://CHAT.example.org/path',
    'http://localhost',
    'null',
    '',
  ])('is refused when it is %j, over polling and over an upgrade', async (origin) => {
    const polling = await handshake('polling', origin);
    expect(polling.status).toBe(403);
    expect(polling.allowOrigin).not.toBe(origin);
    expect(polling.allowOrigin).not.toBe('*');
    expect([400, 403]).toContain((await handshake('websocket', origin)).status);
  });
});

describe('a connection that comes back', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('is a new one: there is nothing by which Socket.IO could recover the old', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    const socket = await RawSocket.logIn(app.url, bob.tokens.accessToken);
    // The `pid` beside the `sid` would be the key of a recovery.
    expect(await socket.content(/^40/)).toEqual({ sid: expect.any(String) });
    await ada.sendMessage(groupId, 'while connected');
    const frame = await socket.frame(/^42\["new_message"/);
    // With recovery on, each packet would end in an offset behind its payload.
    expect(JSON.parse(frame.slice(2))).toHaveLength(2);
    socket.close();
  });

  it('gets no message that was sent while its user was removed, whatever it claims to have been', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    const first = await bob.connect();
    const sid = first.socket.id;
    first.close();
    expectStatus(await ada.api.delete(`/groups/${groupId}/members/${bob.id}`), 204);
    await ada.sendMessage(groupId, 'without bob');
    const raw = await RawSocket.open(app.url);
    raw.send(`40${JSON.stringify({ token: bob.tokens.accessToken, pid: sid, sid, offset: '0' })}`);
    const [, snapshot] = (await raw.content(/^42\["connected"/)) as [string, { groups: unknown[] }];
    expect(snapshot.groups).toEqual([]);
    raw.send('421["ping",{}]');
    await raw.frame(/^431/);
    expect(raw.frames.join()).not.toContain('without bob');
    raw.close();
  });

  it('with the token of an ended session is refused, whatever it claims to have been', async () => {
    const bob = await aPerson(app);
    const socket = await bob.connect();
    const sid = socket.socket.id;
    expectStatus(await bob.api.post('/auth/logout'), 204);
    const raw = await RawSocket.open(app.url);
    raw.send(`40${JSON.stringify({ token: bob.tokens.accessToken, pid: sid, sid, offset: '0' })}`);
    expect(await raw.frame(/^44/)).toContain('session_revoked');
    await raw.closed();
  });
});
