import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';

import { closeCodes } from '../../contract/close-codes.js';
import { problems, type ProblemCode } from '../../contract/problems.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import { PlainSocket, type PlainOptions } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted } from '../support/transports.js';

describe('the plain WebSocket', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  let groupId: string;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '100' });
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    ({ id: groupId } = await ada.createGroup({ memberIds: [bob.id] }));
  });
  afterAll(() => app.stop());

  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it('serves a client that knows nothing but the tables of the contract', async () => {
    const [adas, bobs] = await Promise.all([ada.connectPlain(), bob.connectPlain()]);
    expect(adas.frames[0]).toMatchObject({ type: 'connected', userId: ada.id, groups: [{ id: groupId }] });
    adas.sendText('{"type":"ping","timestamp":7}');
    expect(await adas.next('pong')).toEqual({ timestamp: 7 });
    adas.sendText(JSON.stringify({ type: 'typing', groupId }));
    expect(await bobs.next('typing')).toEqual({ groupId, userIds: [ada.id] });
    adas.sendText(JSON.stringify({ type: 'message', id: 'mine', groupId, content: 'Good morning' }));
    const sent = await adas.ackOf('mine');
    const { message } = await bobs.next('new_message');
    expect(sent).toEqual({ ok: true, data: { ...message, status: 'sent' } });
    expect(message).toMatchObject({ content: 'Good morning', senderId: ada.id, status: null });
    // What has no id is not answered when it went well.
    expect(adas.frames.filter(({ type }) => type === 'ack')).toHaveLength(1);
    for (const person of [ada, bob]) person.disconnect();
  });

  it.each<[string, (token: string) => PlainOptions]>([
    ['the Authorization header', bearer],
    ['the subprotocol, as browsers must', (token) => ({ protocols: ['confab.v1', `bearer.${token}`] })],
    ['the query', (token) => ({ path: `/ws?token=${token}` })],
  ])('takes the token in %s', async (_where, options) => {
    const socket = await PlainSocket.open(app.url, options(ada.tokens.accessToken));
    expect(socket.all('connected')[0]?.userId).toBe(ada.id);
    // The server chooses the protocol, and never the one that carries the token.
    expect(socket.socket.protocol).not.toContain('bearer');
    await socket.settled();
    socket.close();
  });

  const signed = (changes: object) => {
    const jwt = app.app.get(JwtService, { strict: false });
    const { typ, sub, sid } = jwt.decode<Record<string, unknown>>(ada.tokens.accessToken);
    return jwt.sign({ typ, sub, sid, role: 'user', ...changes });
  };

  it.each<[string, () => PlainOptions, ProblemCode]>([
    ['no token', () => ({}), 'unauthenticated'],
    ['an empty token', () => ({ path: '/ws?token=' }), 'unauthenticated'],
    ['garbage', () => bearer('not.a.token'), 'unauthenticated'],
    ['a refresh token', () => bearer(ada.tokens.refreshToken), 'unauthenticated'],
    ['a token that is over', () => bearer(signed({ exp: Math.floor(Date.now() / 1000) - 60 })), 'token_expired'],
    ['an origin that is not on the list', () => ({ ...mine(), origin: 'https://evil.example' }), 'forbidden'],
    ['another path', () => ({ ...mine(), path: '/ws/other' }), 'not_found'],
    ['a path of the API', () => ({ ...mine(), path: '/api/v1/groups' }), 'not_found'],
    ['a group that is none', () => ({ ...mine(), path: `/ws/groups/${randomUUID()}` }), 'not_found'],
    ['a group that is no id', () => ({ ...mine(), path: '/ws/groups/1' }), 'validation_failed'],
    ['a broken escape for a group', () => ({ ...mine(), path: '/ws/groups/%ff' }), 'validation_failed'],
    ['a place that is no number', () => ({ ...mine(), path: `/ws/groups/${groupId}?since=x` }), 'validation_failed'],
    ['a place below nothing', () => ({ ...mine(), path: `/ws/groups/${groupId}?since=-1` }), 'validation_failed'],
    ['too much history', () => ({ ...mine(), path: `/ws/groups/${groupId}?history=101` }), 'validation_failed'],
  ])('refuses %s before the upgrade, with a problem document', async (_what, options, code) => {
    const wanted = options();
    const { status, headers, body } = await PlainSocket.refused(app.url, wanted);
    expect(status).toBe(problems[code].status);
    expect(headers['content-type']).toBe('application/problem+json');
    const path = new URL(wanted.path ?? '/ws', app.url).pathname;
    expect(body).toMatchObject({
      type: `/docs/problems#${code}`,
      title: problems[code].title,
      status,
      detail: expect.stringMatching(/./),
      instance: path,
      code,
      correlationId: headers['x-correlation-id'],
    });
  });

  const mine = () => bearer(ada.tokens.accessToken);

  it('refuses a group of others, and the token of a session that has ended', async () => {
    const cleo = await aPerson(app);
    const path = `/ws/groups/${groupId}`;
    const outside = await PlainSocket.refused(app.url, { ...bearer(cleo.tokens.accessToken), path });
    expect(outside).toMatchObject({ status: 403, body: { code: 'not_a_member' } });
    await cleo.api.post('/auth/logout');
    const over = await PlainSocket.refused(app.url, bearer(cleo.tokens.accessToken));
    expect(over).toMatchObject({ status: 401, body: { code: 'session_revoked' } });
  });

  it('is told and closed when the session of its token ends', async () => {
    const cleo = await aPerson(app);
    const socket = await cleo.connectPlain();
    await cleo.api.post('/auth/logout');
    expect(await socket.closed()).toBe(closeCodes.session_revoked);
    expect(socket.frames.at(-1)).toEqual({ type: 'session_revoked', reason: 'logout' });
  });

  it('hears the same events with the same payloads as Socket.IO, each once and in the same order', async () => {
    const [cleo, dora] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await cleo.createGroup({ memberIds: [dora.id] });
    const plain = await dora.connectPlain();
    const socket = await dora.connect();
    const cleos = await cleo.connectPlain();
    await Promise.all([plain, socket].map((one) => one.next('user_joined', ({ userId }) => userId === cleo.id)));
    await Promise.all([plain, socket].map((one) => one.next('presence', ({ userId }) => userId === cleo.id)));
    const from = { plain: plain.received.length, socket: socket.received.length };
    const sent = accepted(await cleos.send('message', { groupId: id, content: `Good morning @${dora.username}` }));
    const answer = await dora.sendMessage(id, 'And to you', { replyToId: sent.id });
    accepted(await cleos.send('edit_message', { messageId: sent.id, content: 'other words' }));
    accepted(await cleos.send('react', { messageId: answer.id, emoji: '👍' }));
    accepted(await cleos.send('delete_message', { messageId: sent.id }));
    accepted(await cleos.send('restore_message', { messageId: sent.id }));
    accepted(await cleos.send('read', { groupId: id, seq: 2 }));
    await cleo.api.patch(`/groups/${id}`, { name: 'another name' });
    await cleo.api.put(`/groups/${id}/members/${bob.id}`, {});
    await cleo.api.delete(`/groups/${id}`);
    await Promise.all([plain.settled(), socket.settled()]);
    const heard = plain.received.slice(from.plain).filter(({ event }) => event !== 'pong');
    expect(heard).toEqual(socket.received.slice(from.socket).filter(({ event }) => event !== 'pong'));
    expect(heard.map(({ event }) => event)).toEqual([
      'new_message',
      'mention',
      'new_message',
      'message_updated',
      'message_updated',
      'message_deleted',
      'message_updated',
      'read',
      'group_updated',
      'member_added',
      'group_deleted',
    ]);
    for (const person of [cleo, dora]) person.disconnect();
  });

  it('is told to come back when the server stops', async () => {
    const other = await startTestApp();
    const socket = await (await aPerson(other)).connectPlain();
    await other.stop();
    expect(await socket.closed()).toBe(closeCodes.going_away);
  });

  it('is gone from the server when it has closed', async () => {
    const other = await startTestApp();
    const cleo = await aPerson(other);
    const connections = other.app.get(LiveConnections);
    const [first, second] = [await cleo.connectPlain(), await cleo.connectPlain()];
    expect(connections.count).toBe(2);
    first.close();
    second.socket.terminate();
    await eventually(() => connections.count === 0 && [...connections.all()].length === 0);
    await other.stop();
  });
});

describe('the number of plain connections', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '3', WS_MAX_CONNECTIONS: '6' });
  });
  afterAll(() => app.stop());

  it('is limited for each user, over both transports together', async () => {
    const ada = await aPerson(app);
    await Promise.all([ada.connect(), ada.connectPlain()]);
    await ada.connectPlain();
    const { status, headers, body } = await PlainSocket.refused(app.url, {
      headers: { authorization: `Bearer ${ada.tokens.accessToken}` },
    });
    expect({ status, body }).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfter: 5 } });
    expect(headers['retry-after']).toBe('5');
    ada.disconnect();
    await eventually(() => app.app.get(LiveConnections).count === 0);
  });

  it.each(['all groups', 'one group'])('is kept by a user who opens many to %s at the same moment', async (scope) => {
    const bob = await aPerson(app);
    const { id } = await bob.createGroup();
    const options = {
      path: scope === 'one group' ? `/ws/groups/${id}` : '/ws',
      headers: { authorization: `Bearer ${bob.tokens.accessToken}` },
    };
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => PlainSocket.attempt(app.url, options)));
    const refused = outcomes.flatMap((outcome) => ('refusal' in outcome ? [outcome.refusal.status] : []));
    expect(refused).toEqual([429, 429, 429]);
    for (const outcome of outcomes) if ('socket' in outcome) outcome.socket.close();
    await eventually(() => app.app.get(LiveConnections).count === 0);
  });

  it('is limited for the whole server', async () => {
    const people = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const [first, second, third] = people;
    for (const person of [first, second]) {
      for (let count = 1; count <= 3; count += 1) await person.connectPlain();
    }
    const refusal = await PlainSocket.refused(app.url, {
      headers: { authorization: `Bearer ${third.tokens.accessToken}` },
    });
    expect(refusal).toMatchObject({ status: 503, body: { code: 'unavailable', retryAfter: 5 } });
    first.disconnect();
    await eventually(() => app.app.get(LiveConnections).count === 3);
    await third.connectPlain();
    for (const person of people) person.disconnect();
  });
});
