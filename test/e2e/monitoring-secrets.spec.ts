import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { GroupDetailView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard, type ConfabProcess } from '../support/confab-process.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus } from '../support/people.js';
import { TestSocket } from '../support/test-socket.js';

/** What must never be seen by operators; each stands for a kind of secret. */
const marker = {
  email: 'marker-of-an-address@example.org',
  text: 'marker-of-a-message',
  edited: 'marker-of-an-edit',
  overSocket: 'marker-of-a-socket',
  overPlain: 'marker-of-a-plain-socket',
  wanted: 'markerofasearch',
  wrongPassword: 'marker-of-a-password',
  wrongToken: 'marker-of-a-token',
  path: 'marker-of-a-path',
  event: 'marker-of-an-event',
  description: 'marker-of-a-description',
  secret: 'marker-of-the-operators-secret',
};

describe('what operators see', () => {
  const yard = new ProcessYard();
  // A whole server as a process of its own, on a machine that does other things.
  jest.setTimeout(90_000);
  let server: ConfabProcess;
  let url: string;
  beforeAll(async () => {
    server = yard.start({
      DATA_DIR: await yard.folder(),
      LOG_LEVEL: 'trace',
      LOG_DB_QUERIES: 'true',
      DASHBOARD_ACCESS: 'token',
      DASHBOARD_TOKEN: marker.secret,
      DEFAULT_DATA: 'false',
    });
    url = await server.ready();
  });
  afterAll(() => yard.clear());

  it('has no address, no text, no password and no token in it, wherever they were sent', async () => {
    const app = { url, api: `${url}/api/v1` };
    const ada = await aPerson(app, { email: marker.email });
    const ben = await aPerson(app);
    const { id } = expectStatus(
      await ada.api.post<GroupDetailView>('/groups', {
        kind: 'group',
        name: 'a group',
        description: marker.description,
        memberIds: [ben.id],
      }),
      201,
    );
    const message = await ada.sendMessage(id, `${marker.text} ${marker.wanted}`);
    await ada.api.put(`/messages/${message.id}`, { content: marker.edited });
    await ada.api.get(`/search/messages?q=${marker.wanted}`);
    await ada.api.get(`/nothing/${marker.path}`);
    await ada.api.post(`/groups/${id}/messages`, { content: marker.text, [marker.path]: marker.text });
    await ada.api.post(`/groups/${id}/messages`, `{"content":"${marker.text}`);
    const invite = expectStatus(await ada.api.post<{ code: string }>(`/groups/${id}/invites`, {}), 201);
    await ben.api.get(`/invites/${invite.code}`);
    await ben.api.post(`/invites/${invite.code}/accept`);
    const nobody = new ApiClient(app.api);
    await nobody.post('/auth/login', { login: marker.email, password: marker.wrongPassword });
    await nobody.as(marker.wrongToken).get('/users/me');
    await nobody.get(`/users/me?token=${marker.wrongToken}`);
    await TestSocket.refused(url, marker.wrongToken);
    const socket = await ada.connect();
    await socket.send('message', { groupId: id, content: marker.overSocket });
    await socket.sendRaw(marker.event, { content: marker.overSocket });
    await socket.sendRaw('message', { groupId: id, content: marker.overSocket, [marker.event]: 1 });
    const plain = await ben.connectPlain({ path: `/ws?token=${ben.tokens.accessToken}` });
    await plain.send('message', { groupId: id, content: marker.overPlain });
    plain.sendText(JSON.stringify({ type: marker.event, content: marker.overPlain }));
    const link = await fetch(`${url}/dashboard?token=${marker.secret}`, { redirect: 'manual' });
    const cookie = (link.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';

    const seen = async (path: string) => (await fetch(`${url}${path}`, { headers: { cookie } })).text();
    const shown = await eventually(async () => {
      const page = await seen('/dashboard/api/data');
      return page.includes('"event":"(unknown)"') && page;
    });
    const metrics = await seen('/metrics');
    expect(metrics).toContain('confab_socket_events_received_total{event="message",outcome="ok"} 2');
    ada.disconnect();
    ben.disconnect();
    await server.stop();

    const secrets = {
      ...marker,
      invite: invite.code,
      cookie: cookie.split('=')[1]!,
      accessToken: ada.tokens.accessToken,
      refreshToken: ada.tokens.refreshToken,
      otherToken: ben.tokens.accessToken,
    };
    const outputs = { shown, metrics, log: `${server.stdout}${server.stderr}` };
    expect(outputs.log.length).toBeGreaterThan(10_000);
    for (const [where, output] of Object.entries(outputs)) {
      for (const [what, secret] of Object.entries(secrets)) {
        // In a log line, the path that was asked for may stand: it is what an operator looks for.
        if (where === 'log' && what === 'path') continue;
        expect({ where, what, isThere: output.includes(secret) }).toEqual({ where, what, isThere: false });
      }
    }
  });

  it('carries in each log line of a request or an event its correlation id, its user and its route', () => {
    const lines = server.log.filter(({ msg }) => msg === 'database command' || /^(?:GET|POST|PUT) /.test(String(msg)));
    const ofMessages = lines.filter(({ route }) => route === '/api/v1/groups/{id}/messages');
    expect(ofMessages.length).toBeGreaterThan(2);
    for (const line of ofMessages) {
      expect(line).toMatchObject({ correlationId: expect.any(String), userId: expect.any(String) });
    }
    const ofEvents = server.log.filter(({ route, msg }) => route === 'message' && msg === 'database command');
    for (const line of ofEvents)
      expect(line).toMatchObject({ correlationId: expect.any(String), userId: expect.any(String) });
    const filters = lines.filter(({ msg }) => msg === 'database command').map(({ filter }) => filter);
    expect(filters).toContain('{groupId}');
  });
});
