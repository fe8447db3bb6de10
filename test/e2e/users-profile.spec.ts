import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessagePage, OwnUserView, PublicUserView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe("a change of one's own profile", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const change = (person: Person, request: object) => person.api.patch<OwnUserView>('/users/me', request);
  const anAddress = () => `${randomUUID()}@example.org`;

  it('changes what is given, and nothing else', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { body: before } = await ada.api.get<OwnUserView>('/users/me');
    const request = { displayName: '  Ada King ', email: anAddress(), statusText: 'Computing' };
    const after = expectStatus(await change(ada, request), 200);
    expect(after).toEqual({ ...before, ...request, displayName: 'Ada King' });
    expect(expectStatus(await change(ada, {}), 200)).toEqual(after);
    expect(expectStatus(await change(ada, { statusText: null }), 200)).toEqual({ ...after, statusText: null });
    const seen = expectStatus(await bob.api.get<PublicUserView>(`/users/${ada.id}`), 200);
    expect(seen).toMatchObject({ displayName: 'Ada King', statusText: null });
    const found = await bob.api.get<{ items: PublicUserView[] }>('/users?q=ada%20king');
    expect(found.body.items.map(({ id }) => id)).toEqual([ada.id]);
  });

  it('gives another address to log in with, and frees the former', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const email = `Mixed.${anAddress()}`;
    expectStatus(await change(ada, { email }), 200);
    const { password } = ada;
    const login = (address: string) => new ApiClient(app.api).post('/auth/login', { login: address, password });
    expectStatus(await login(email.toUpperCase()), 200);
    expectProblem(await login(ada.user.email!), 'invalid_credentials');
    expectStatus(await change(bob, { email: ada.user.email! }), 200);
    expectProblem(await login(bob.user.email!), 'invalid_credentials');
  });

  it('is refused for an address that another has, in either case, also when two want it at once', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const taken = expectProblem(await change(ada, { email: bob.user.email!.toUpperCase() }), 'conflict');
    expect(taken.errors).toEqual([{ field: 'email', message: 'is taken' }]);
    expectStatus(await change(ada, { email: ada.user.email!.toUpperCase() }), 200);
    const email = anAddress();
    const answers = await Promise.all([ada, bob, cleo].map((person) => change(person, { email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('shows the new name with every message from then on, live and in the history', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    await ada.sendMessage(id);
    const bobs = await bob.connect();
    expectStatus(await change(ada, { displayName: 'Countess' }), 200);
    const sent = await ada.sendMessage(id);
    expect(sent.sender.displayName).toBe('Countess');
    const { message } = await bobs.next('new_message');
    const { id: senderId, username } = ada;
    expect(message.sender).toEqual({ id: senderId, username, displayName: 'Countess', avatarUrl: null });
    const { items } = expectStatus(await bob.api.get<MessagePage>(`/groups/${id}/messages`), 200);
    expect(items.map(({ sender }) => sender.displayName)).toEqual(['Countess', 'Countess']);
    bobs.close();
  });

  it('tells those who share a group of another status text, and of nothing else', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    await ada.createGroup({ memberIds: [bob.id] });
    const [adas, bobs, cleos] = [await ada.connect(), await bob.connect(), await cleo.connect()];
    await bobs.next('presence', ({ userId }) => userId === bob.id);
    await adas.settled();
    const told = () => bobs.all('presence').filter(({ userId }) => userId === ada.id);
    const before = told().length;
    expectStatus(await change(ada, { displayName: 'Somebody', email: anAddress() }), 200);
    expectStatus(await change(ada, { statusText: 'Computing' }), 200);
    await bobs.next('presence', ({ statusText }) => statusText === 'Computing');
    expect(told()).toHaveLength(before + 1);
    expect(told().at(-1)).toEqual({ userId: ada.id, presence: 'online', statusText: 'Computing', lastSeenAt: null });
    await cleos.settled();
    expect(cleos.all('presence').filter(({ userId }) => userId === ada.id)).toEqual([]);
    for (const socket of [adas, bobs, cleos]) socket.close();
  });

  it('makes nobody an admin', async () => {
    const ada = await aPerson(app);
    for (const field of ['role', 'isActive', 'username', 'passwordHash', 'id', 'avatarAttachmentId']) {
      expectProblem(await change(ada, { [field]: 'admin' }), 'validation_failed');
    }
  });

  it.each([
    { displayName: '' },
    { displayName: ' ' },
    { displayName: 'x'.repeat(65) },
    { statusText: 'x'.repeat(141) },
    { email: 'x' },
    { email: null },
    { displayName: null },
  ])('refuses %j', async (request) => {
    expectProblem(await change(await aPerson(app), request), 'validation_failed');
  });
});
