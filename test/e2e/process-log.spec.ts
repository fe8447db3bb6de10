import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { ProblemDocument } from '../../contract/problems.js';
import type { TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard, type ConfabProcess } from '../support/confab-process.js';
import { expectStatus } from '../support/people.js';
import { RawSocket } from '../support/raw-socket.js';
import { TestSocket } from '../support/test-socket.js';

const passwords = ['correct horse of ada', 'a wrong horse of ada', 'the next horse of ada'] as const;

describe('the log of a server', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  let server: ConfabProcess;
  let url: string;
  beforeAll(async () => {
    server = yard.start({ DATA_DIR: await yard.folder(), LOG_LEVEL: 'trace', LOG_DB_QUERIES: 'true' });
    url = await server.ready();
  });
  afterAll(() => yard.clear());

  const lineOf = (correlationId: string) => server.log.filter((line) => line['correlationId'] === correlationId);

  it('has a line for each request, with the correlation id that the client gave or was given', async () => {
    const api = new ApiClient(`${url}/api/v1`);
    const given = await api.get('/users/me?token=secret-in-the-query', { 'x-correlation-id': 'my-own.id_1' });
    expect(given.headers.get('x-correlation-id')).toBe('my-own.id_1');
    const made = await api.get<ProblemDocument>('/users/me');
    const correlationId = made.headers.get('x-correlation-id')!;
    expect(made.body.correlationId).toBe(correlationId);
    const refused = await api.get('/users/me', { 'x-correlation-id': 'not allowed "\\' });
    expect(refused.headers.get('x-correlation-id')).toMatch(/^[\w.-]{1,64}$/);
    await new ApiClient(url).get('/docs/problems', { 'x-correlation-id': 'outside-the-prefix' });
    await server.stop();
    expect(lineOf('outside-the-prefix').map(({ msg }) => msg)).toEqual(['GET /docs/problems 200']);
    for (const id of ['my-own.id_1', correlationId]) {
      expect(lineOf(id)).toContainEqual(
        expect.objectContaining({ msg: 'GET /api/v1/users/me 401', level: 40, durationMs: expect.any(Number) }),
      );
    }
    expect(server.stdout).not.toContain('secret-in-the-query');
  });

  it('has no token and no password, whatever somebody does with them', async () => {
    const quiet = yard.start({ DATA_DIR: await yard.folder(), LOG_LEVEL: 'trace', LOG_DB_QUERIES: 'true' });
    const address = await quiet.ready();
    const anyone = new ApiClient(`${address}/api/v1`);
    const [password, wrong, next] = passwords;
    const ada = { username: 'ada', email: 'ada@example.org', password };
    const first = expectStatus(await anyone.post<TokenPairView>('/auth/register', ada), 201);
    await anyone.post('/auth/register', ada);
    await anyone.post('/auth/register', { ...ada, username: '!', password });
    await anyone.post('/auth/login', `{"login":"ada","password":"${password}"`);
    await anyone.post('/auth/login', { login: 'ada', password: wrong });
    await anyone.get(`/auth/login?password=${encodeURIComponent(password)}&token=${first.accessToken}`);
    const second = expectStatus(await anyone.post<TokenPairView>('/auth/login', { login: 'ada', password }), 200);
    const third = expectStatus(
      await anyone.post<TokenPairView>('/auth/refresh', { refreshToken: second.refreshToken }),
      200,
    );
    const api = anyone.as(third.accessToken);
    await api.put('/auth/password', { currentPassword: wrong, newPassword: next });
    expectStatus(await api.put('/auth/password', { currentPassword: password, newPassword: next }), 204);
    await anyone.as(first.accessToken).get('/users/me');

    const socket = await TestSocket.connect(address, third.accessToken);
    await socket.sendRaw('message', { token: third.accessToken, password });
    await TestSocket.refused(address, first.accessToken);
    await TestSocket.refused(address, third.refreshToken, {
      extraHeaders: { authorization: `Bearer ${third.accessToken}`, cookie: `token=${third.accessToken}` },
    });
    await TestSocket.connect(address, third.accessToken, { transports: ['polling'] });
    const raw = await RawSocket.open(address);
    raw.send(`42["authenticate",{"token":"${third.accessToken}"}]`);
    await raw.closed();
    expectStatus(await api.post('/auth/logout'), 204);
    await socket.next('session_revoked');
    expect((await quiet.stop()).code).toBe(0);

    const everything = quiet.stdout + quiet.stderr;
    expect(everything).toContain('POST /api/v1/auth/login 200');
    for (const secret of passwords) expect(everything).not.toContain(secret);
    expect(everything).not.toContain(encodeURIComponent(password));
    // Neither a whole token nor a part of one that could be used: each begins with the same header.
    expect(everything).not.toMatch(/eyJ[\w-]{10,}/);
    expect(everything).not.toMatch(/\$2[aby]\$\d\d\$/);
  });
});
