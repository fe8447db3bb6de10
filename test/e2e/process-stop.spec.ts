import { connect, type Socket } from 'node:net';

import { afterAll, describe, expect, it, jest } from '@jest/globals';

import { ProcessYard, type ConfabProcess } from '../support/confab-process.js';
import { eventually } from '../support/eventually.js';
import { aPerson, Person } from '../support/people.js';
import { readLog } from '../support/read-log.js';
import { TestSocket } from '../support/test-socket.js';

const addressOf = (url: string) => ({ url, api: `${url}/api/v1` });

describe('a server that is told to stop', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  afterAll(() => yard.clear());

  const start = async (DATA_DIR: string, environment: Record<string, string> = {}) => {
    const server = yard.start({ ...environment, DATA_DIR, RATE_LIMIT_ENABLED: 'false', DEFAULT_DATA: 'false' });
    return { server, app: addressOf(await server.ready()) };
  };
  const stopWithin = async (server: ConfabProcess, signal: NodeJS.Signals, mostMs: number) => {
    const since = performance.now();
    server.signal(signal);
    const ending = await server.ended();
    expect(ending).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(mostMs);
    expect(server.stderr).toBe('');
    expect(server.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  };

  it('closes its sockets, and ends with 0', async () => {
    const { server, app } = await start(await yard.folder());
    const ada = await aPerson(app);
    const sockets = await Promise.all([ada.connect(), ada.connect()]);
    const polling = await TestSocket.connect(app.url, ada.tokens.accessToken, { transports: ['polling'] });
    await stopWithin(server, 'SIGTERM', 9_000);
    for (const { socket } of [...sockets, polling]) await eventually(() => !socket.connected);
  });

  it('does not wait for connections that say nothing, or not all that they want to say', async () => {
    const { server, app } = await start(await yard.folder(), { SHUTDOWN_TIMEOUT_MS: '6000' });
    const { port } = new URL(app.url);
    const idle = await Promise.all(
      [
        '',
        'POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\n',
        'GET /health HTTP/1.1\r\nhost: x\r\n\r\n',
        // Upgraded, and silent from then on: it does not say goodbye either.
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n' +
          'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ].map(
        (text) =>
          new Promise<Socket>((resolve, reject) => {
            const socket = connect(Number(port), '127.0.0.1', () => {
              if (text !== '') socket.write(text);
              resolve(socket);
            });
            socket.on('error', reject);
            socket.resume();
          }),
      ),
    );
    // The server has seen them when it answers somebody who came later.
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    for (const socket of idle) socket.removeAllListeners('error').on('error', () => undefined);
    await stopWithin(server, 'SIGTERM', 6_000);
    for (const socket of idle) socket.destroy();
  });

  it('loses nothing that it has answered, over sockets or over REST, and is as it was after a restart', async () => {
    const DATA_DIR = await yard.folder();
    const { server, app } = await start(DATA_DIR);
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const socket = await ada.connect();
    const answered = new Set<string>();
    const overSocket = async () => {
      for (let place = 0; ; place += 1) {
        // Without an answer in time the connection is gone: that one may or may not be stored.
        const sent = await socket.send('message', { groupId, content: `socket ${place}` }).catch(() => null);
        if (sent === null) return;
        if (sent.ok) answered.add(sent.data.id);
        else expect(sent.error.code).toBe('unavailable');
      }
    };
    const overRest = async () => {
      for (let place = 0; ; place += 1) {
        const sent = await ada.api
          .post<{ id: string }>(`/groups/${groupId}/messages`, { content: `rest ${place}` })
          .catch(() => null);
        if (sent === null) return;
        if (sent.status === 201) answered.add(sent.body.id);
        else expect(sent.status).toBe(503);
      }
    };
    const writing = Promise.all([overSocket(), overSocket(), overSocket(), overRest(), overRest()]);
    await eventually(() => answered.size > 50);
    await stopWithin(server, 'SIGTERM', 9_000);
    socket.close();
    await writing;

    const again = await start(DATA_DIR);
    // The secret of a development server is kept in its folder, so the old token is still good.
    const returned = new Person(again.app, ada.user, ada.password, ada.tokens);
    const stored = await readLog(returned.api, groupId);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    const ids = new Set(stored.map(({ id }) => id));
    expect([...answered].filter((id) => !ids.has(id))).toEqual([]);
    await returned.connect();
    returned.disconnect();
    await stopWithin(again.server, 'SIGTERM', 9_000);
  });

  it('may be told so twice, and by a terminal', async () => {
    const { server } = await start(await yard.folder());
    server.signal('SIGINT');
    await stopWithin(server, 'SIGTERM', 9_000);
    expect(server.log.filter(({ msg }) => String(msg).startsWith('Confab stops on'))).toHaveLength(1);
  });
});
