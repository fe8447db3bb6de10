import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type {
  AdminGroupView,
  AdminUserView,
  GroupDetailView,
  MemberView,
  MessagePage,
  Page,
  PublicUserView,
} from '../../contract/views.js';
import { GroupsRepository } from '../../src/groups/groups.repository.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';

type Stored = Record<string, unknown> & { _id: string };

const remove = (person: Person, body: object = { password: person.password }) =>
  person.api.request('DELETE', '/users/me', body);
const ofDeleted = {
  username: expect.stringMatching(/^deleted-[0-9a-f]{8}$/) as unknown as string,
  displayName: 'Deleted user',
};

describe('the deletion of an account', () => {
  let app: TestApp;
  let admin: Person;
  beforeAll(async () => {
    app = await startTestApp();
    admin = await anAdmin(app);
  });
  afterAll(() => app.stop());

  const rolesIn = async (by: Person, groupId: string) => {
    const { items } = expectStatus(await by.api.get<Page<MemberView>>(`/groups/${groupId}/members`), 200);
    return Object.fromEntries(items.map(({ user, role }) => [user.id, role]));
  };
  const put = async (by: Person, groupId: string, { id }: Person, role?: string) => {
    const { status } = await by.api.put(`/groups/${groupId}/members/${id}`, role === undefined ? {} : { role });
    expect([200, 201]).toContain(status);
  };
  /** Everything that the database has anywhere, as text. */
  const everythingStored = async () => {
    const collections = await app.connection.db!.collections();
    const contents = await Promise.all(
      collections.map(async (collection) => [collection.collectionName, await collection.find().toArray()]),
    );
    return JSON.stringify(contents);
  };

  it('wants the password once more, and does nothing without it', async () => {
    const ada = await aPerson(app);
    const before = await app.connection.collection<Stored>('users').findOne({ _id: ada.id });
    expectProblem(await remove(ada, { password: 'wrong password' }), 'invalid_credentials');
    for (const body of [{}, { password: null }, { password: ada.password, reason: 'x' }]) {
      expectProblem(await remove(ada, body), 'validation_failed');
    }
    expectProblem(await ada.api.delete('/users/me'), 'validation_failed');
    expect(await app.connection.collection<Stored>('users').findOne({ _id: ada.id })).toEqual(before);
    expectStatus(await ada.api.get('/users/me'), 200);
  });

  it('needs none of an account that has none', async () => {
    const ada = await aPerson(app);
    await app.connection.collection<Stored>('users').updateOne({ _id: ada.id }, { $set: { passwordHash: null } });
    // The server keeps users in memory; a change makes it look again.
    expectStatus(await ada.api.patch('/users/me', { statusText: 'x' }), 200);
    expectStatus(await ada.api.delete('/users/me'), 204);
  });

  it.each([
    [
      'a change of the profile',
      (ada: Person) => ada.api.patch('/users/me', { displayName: 'Ada', email: 'late@example.org' }),
    ],
    [
      'a choice of presence',
      (ada: Person) => ada.api.put('/users/me/presence', { presence: 'dnd', statusText: 'late' }),
    ],
    ['an admin', (ada: Person) => admin.api.patch(`/users/${ada.id}`, { role: 'admin' })],
  ])('is not undone by %s that was on its way', async (_name, change) => {
    const ada = await aPerson(app);
    const { arrived, deleted } = holdNextChange(app);
    const late = change(ada);
    await arrived.promise;
    expectStatus(await remove(ada), 204);
    const before = await app.connection.collection<Stored>('users').findOne({ _id: ada.id });
    deleted.resolve(undefined);
    expectProblem(await late, 'not_found');
    expect(await app.connection.collection<Stored>('users').findOne({ _id: ada.id })).toEqual(before);
  });

  it('leaves no member behind who was about to come into a group', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await bob.createGroup({ kind: 'channel' });
    const memberships = app.app.get(MembershipsRepository);
    const arrived = Promise.withResolvers<undefined>();
    const deleted = Promise.withResolvers<undefined>();
    const real = memberships.insert.bind(memberships);
    memberships.insert = async (membership) => {
      Reflect.deleteProperty(memberships, 'insert');
      arrived.resolve(undefined);
      await deleted.promise;
      return real(membership);
    };
    const late = ada.api.post(`/groups/${id}/join`);
    await arrived.promise;
    expectStatus(await remove(ada), 204);
    deleted.resolve(undefined);
    expectProblem(await late, 'not_found');
    expect(await rolesIn(bob, id)).toEqual({ [bob.id]: 'owner' });
  });

  describe('in the moment in which a group is made', () => {
    /** Deletes an account when a write of the repository is on its way: before it reaches the database. */
    const during = (method: 'insertMany' | 'insert', person: Person) => {
      const repository: object =
        method === 'insertMany' ? app.app.get(MembershipsRepository) : app.app.get(GroupsRepository);
      const real = (repository as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!.bind(repository);
      Object.defineProperty(repository, method, {
        configurable: true,
        value: async (...args: unknown[]) => {
          Reflect.deleteProperty(repository, method);
          expectStatus(await remove(person), 204);
          return real(...args);
        },
      });
    };

    it.each(['insertMany', 'insert'] as const)('leaves no member behind (%s)', async (method) => {
      const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
      during(method, ada);
      const { id, memberCount } = await bob.createGroup({ memberIds: [ada.id, cleo.id] });
      expect(memberCount).toBe(2);
      expect(await rolesIn(bob, id)).toEqual({ [bob.id]: 'owner', [cleo.id]: 'member' });
    });

    it.each(['insertMany', 'insert'] as const)('leaves no group of its owner behind (%s)', async (method) => {
      const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
      during(method, ada);
      const late = ada.api.post('/groups', { kind: 'channel', name: `of ${ada.id}`, memberIds: [bob.id] });
      expectProblem(await late, 'session_revoked');
      expect(expectStatus(await bob.api.get<Page<unknown>>('/groups'), 200).items).toEqual([]);
      expectProblem(await bob.api.get(`/groups/by-name/of ${ada.id}`), 'not_found');
    });

    it.each(['insertMany', 'insert'] as const)('leaves no conversation with nobody behind (%s)', async (method) => {
      const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
      during(method, ada);
      expectProblem(await bob.api.put(`/groups/direct/${ada.id}`), 'not_found');
      expect(expectStatus(await bob.api.get<Page<unknown>>('/groups'), 200).items).toEqual([]);
    });
  });

  it('leaves nothing personal anywhere', async () => {
    const mark = `mark${randomUUID().slice(0, 8)}`;
    const [ada, bob] = await Promise.all([
      aPerson(app, { username: mark, displayName: `Ada ${mark}`, email: `${mark}@example.org` }),
      aPerson(app),
    ]);
    const { id: groupId } = await bob.createGroup({ memberIds: [ada.id] });
    await ada.sendMessage(groupId, 'Hello');
    const again = await new ApiClient(app.api).request(
      'POST',
      '/auth/login',
      { login: mark, password: ada.password },
      { 'user-agent': `browser of ${mark}` },
    );
    expectStatus(again, 200);
    expectStatus(await ada.api.put('/users/me/presence', { presence: 'dnd', statusText: `status of ${mark}` }), 200);
    expectStatus(await ada.api.put(`/users/me/blocks/${bob.id}`), 204);
    expectStatus(await bob.api.put(`/users/me/blocks/${ada.id}`), 204);
    const socket = await ada.connect();
    expect(await everythingStored()).toContain(mark);

    expectStatus(await remove(ada), 204);

    await eventually(() => !socket.isOpen);
    const stored = await everythingStored();
    expect(stored).not.toContain(mark);
    for (const collection of ['sessions', 'memberships', 'blocks']) {
      const fields = ['userId', 'blockerId', 'blockedId'];
      const filter = { $or: fields.map((field) => ({ [field]: ada.id })) };
      expect(await app.connection.collection(collection).countDocuments(filter)).toBe(0);
    }
    const record = await app.connection.collection<Stored>('users').findOne({ _id: ada.id });
    expect(record).toMatchObject({ ...ofDeleted, isActive: false, isBeingDeleted: false, lastSeenAt: null });
    expect(record).toMatchObject({ email: null, passwordHash: null, statusText: null, lastLoginAt: null });
  });

  it('ends all sessions at once, over every way, and frees username and address', async () => {
    const ada = await aPerson(app);
    const phone = await ada.logInAgain();
    const sockets = [await ada.connect(), await phone.connectPlain()];
    expectStatus(await remove(ada), 204);
    for (const socket of sockets) {
      expect(await socket.next('session_revoked')).toEqual({ reason: 'account_deleted' });
      await eventually(() => !socket.isOpen);
    }
    for (const person of [ada, phone]) {
      const { accessToken, refreshToken } = person.tokens;
      expectProblem(await person.api.get('/users/me'), 'session_revoked');
      expectProblem(await new ApiClient(app.api).post('/auth/refresh', { refreshToken }), 'session_revoked');
      expect(await TestSocket.refused(app.url, accessToken)).toMatchObject({ code: 'session_revoked' });
    }
    const login = { login: ada.username, password: ada.password };
    expectProblem(await new ApiClient(app.api).post('/auth/login', login), 'invalid_credentials');
    const another = await aPerson(app, { username: ada.username, email: ada.user.email! });
    expect(another.id).not.toBe(ada.id);
  });

  it('leaves the messages to their readers, under a name that says what happened', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await bob.createGroup({ memberIds: [ada.id] });
    const first = await ada.sendMessage(groupId, 'the first');
    await bob.sendMessage(groupId, `@${ada.username}, the second`);
    const { body: direct } = await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`);
    await ada.sendMessage(direct.id, 'between us');
    const bobs = await bob.connect();
    expectStatus(await remove(ada), 204);
    for (const id of [groupId, direct.id]) {
      const removed = await bobs.next('member_removed', (event) => event.groupId === id);
      expect(removed).toEqual({ groupId: id, userId: ada.id, role: 'member', by: ada.id });
    }
    const { items } = expectStatus(await bob.api.get<MessagePage>(`/groups/${groupId}/messages`), 200);
    expect(items.map(({ seq, content }) => [seq, content])).toEqual([
      [2, `@${ada.username}, the second`],
      [1, 'the first'],
    ]);
    expect(items[0]!.mentions).toEqual([ada.id]);
    expect(items[1]).toMatchObject({ id: first.id, senderId: ada.id, sender: { id: ada.id, ...ofDeleted } });
    const about = expectStatus(await bob.api.get<GroupDetailView>(`/groups/${direct.id}`), 200);
    expect(about.otherUser).toMatchObject({ id: ada.id, ...ofDeleted, presence: 'offline', statusText: null });
    const profile = expectStatus(await bob.api.get<PublicUserView>(`/users/${ada.id}`), 200);
    expect(profile).toMatchObject({ ...ofDeleted, lastSeenAt: null });
    expectProblem(await bob.api.put(`/groups/direct/${ada.id}`), 'not_found');
    expectProblem(await bob.api.put(`/groups/${groupId}/members/${ada.id}`, {}), 'not_found');
    expectProblem(await bob.api.get(`/users/by-username/${ada.username}`), 'not_found');
    bobs.close();
  });

  it('passes groups on to the longest-standing moderator, else member, and closes those with nobody else', async () => {
    const [ada, bob, cleo, dan] = await Promise.all([aPerson(app), aPerson(app), aPerson(app), aPerson(app)]);
    const moderated = await ada.createGroup();
    for (const person of [dan, bob, cleo]) await put(ada, moderated.id, person);
    for (const person of [cleo, bob]) await put(ada, moderated.id, person, 'moderator');
    const unmoderated = await ada.createGroup();
    for (const person of [cleo, bob]) await put(ada, unmoderated.id, person);
    const alone = await ada.createGroup({ kind: 'channel', name: `alone ${ada.id}` });
    const bobs = await bob.connect();

    expectStatus(await remove(ada), 204);

    expect(await rolesIn(bob, moderated.id)).toEqual({ [bob.id]: 'owner', [cleo.id]: 'moderator', [dan.id]: 'member' });
    expect(await rolesIn(bob, unmoderated.id)).toEqual({ [cleo.id]: 'owner', [bob.id]: 'member' });
    expectProblem(await bob.api.get(`/groups/${alone.id}`), 'not_found');
    expectStatus(await bob.api.post('/groups', { kind: 'channel', name: alone.name }), 201);
    const ofModerated = bobs.received.filter(({ payload }) => 'groupId' in payload && payload.groupId === moderated.id);
    expect(ofModerated.filter(({ event }) => event.startsWith('member_'))).toEqual([
      {
        event: 'member_updated',
        payload: { groupId: moderated.id, userId: bob.id, role: 'owner', by: ada.id },
      },
      {
        event: 'member_removed',
        payload: { groupId: moderated.id, userId: ada.id, role: 'owner', by: ada.id },
      },
    ]);
    // The heir has all of the owner's rights at once.
    expectStatus(await bob.api.delete(`/groups/${moderated.id}`), 204);
    bobs.close();
  });

  it('passes no group on to a bot, nor to who cannot log in while there is somebody else', async () => {
    const [ada, bot, idle, bob] = await Promise.all([aPerson(app), aPerson(app), aPerson(app), aPerson(app)]);
    const group = await ada.createGroup();
    for (const person of [bot, idle, bob]) await put(ada, group.id, person);
    for (const person of [bot, idle]) await put(ada, group.id, person, 'moderator');
    const ofIdle = await ada.createGroup();
    for (const person of [bot, idle]) await put(ada, ofIdle.id, person);
    const ofBot = await ada.createGroup({ memberIds: [bot.id] });
    await app.connection.collection<Stored>('users').updateOne({ _id: bot.id }, { $set: { isBot: true } });
    expectStatus(await bot.api.patch('/users/me', { statusText: 'I am a bot' }), 200);
    expectStatus(await admin.api.patch(`/users/${idle.id}`, { isActive: false }), 200);

    expectStatus(await remove(ada), 204);

    expect(await rolesIn(bob, group.id)).toMatchObject({ [bob.id]: 'owner', [idle.id]: 'moderator' });
    const owner = { groupId: ofIdle.id, role: 'owner' };
    expect(await app.connection.collection('memberships').findOne(owner)).toMatchObject({ userId: idle.id });
    expectProblem(await bot.api.get(`/groups/${ofBot.id}`), 'not_found');
  });

  it('closes a direct conversation when both of its people are gone', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { body } = await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`);
    expectStatus(await remove(ada), 204);
    expectStatus(await bob.api.get(`/groups/${body.id}`), 200);
    expectStatus(await remove(bob), 204);
    const all = expectStatus(
      await admin.api.get<Page<AdminGroupView>>('/admin/groups?kind=direct&isActive=false'),
      200,
    );
    expect(all.items.map(({ id }) => id)).toContain(body.id);
  });

  it('shows itself to admins, who cannot undo it', async () => {
    const ada = await aPerson(app);
    expectStatus(await remove(ada), 204);
    const { items } = expectStatus(await admin.api.get<Page<AdminUserView>>('/admin/users?isActive=false'), 200);
    expect(items.find(({ id }) => id === ada.id)).toMatchObject({
      ...ofDeleted,
      email: null,
      isActive: false,
      deletedAt: expect.any(String),
    });
    for (const request of [{ isActive: true }, { role: 'admin' }, {}]) {
      expectProblem(await admin.api.patch(`/users/${ada.id}`, request), 'gone');
    }
  });

  it('of an admin is answered as done when another request of his was faster', async () => {
    const ada = await anAdmin(app);
    const { arrived, deleted } = holdNextChange(app);
    const late = remove(ada);
    await arrived.promise;
    expectStatus(await remove(ada), 204);
    deleted.resolve(undefined);
    expectStatus(await late, 204);
  });

  it('done twice at once is done once', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    const bobs = await bob.connect();
    const answers = await Promise.all([remove(ada), remove(ada), remove(ada)]);
    for (const { status } of answers) expect([204, 401]).toContain(status);
    await bobs.settled();
    expect(bobs.all('member_removed').filter((event) => event.groupId === groupId)).toHaveLength(1);
    expect(await rolesIn(bob, groupId)).toEqual({ [bob.id]: 'owner' });
    bobs.close();
  });
});

describe('the last admin', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('cannot delete his account; one of two can', async () => {
    const alone = await anAdmin(app);
    expectProblem(await remove(alone), 'conflict');
    expectStatus(await alone.api.get('/admin/users'), 200);
    await anAdmin(app);
    expectStatus(await remove(alone), 204);
  });
});

describe('a deletion that was interrupted', () => {
  let dataDir: Record<string, string>;
  let app: TestApp;
  beforeEach(async () => {
    dataDir = { DATABASE_NAME: `t-${randomUUID().slice(0, 30)}`, JWT_SECRET: randomUUID().repeat(2) };
    app = await startTestApp(dataDir);
  });
  afterEach(() => app.stop());

  /** Undoes what the end of a deletion has done to one collection, as if the server had been killed before it. */
  async function deletedUpTo(undone: readonly string[]) {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const owned = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    const other = await bob.createGroup({ memberIds: [ada.id] });
    expectStatus(await ada.api.put(`/users/me/blocks/${bob.id}`), 204);
    const read = async () =>
      Promise.all(undone.map((name) => app.connection.collection<Stored>(name).find().sort({ _id: 1 }).toArray()));
    const before = await read();
    expectStatus(await remove(ada), 204);
    for (const [index, name] of undone.entries()) {
      await app.connection.collection<Stored>(name).deleteMany({});
      await app.connection.collection<Stored>(name).insertMany(before[index]!);
    }
    await app.connection.collection<Stored>('users').updateOne({ _id: ada.id }, { $set: { isBeingDeleted: true } });
    return { ada, bob, cleo, owned, other };
  }

  it.each([
    ['before anything but the first write was done', ['sessions', 'memberships', 'blocks']],
    ['after the sessions had ended', ['memberships', 'blocks']],
    ['after the groups were left', ['blocks']],
    ['before its end was noted', []],
  ])('is finished by the next start: %s', async (_when, undone) => {
    const { ada, bob, owned, other } = await deletedUpTo(undone);
    await app.stopKeepingData();
    app = await startTestApp(dataDir);

    const users = app.connection.collection<Stored>('users');
    await eventually(async () => (await users.findOne({ _id: ada.id }))?.['isBeingDeleted'] === false);

    const bobs = new ApiClient(app.api, bob.tokens.accessToken);
    const roles = async (groupId: string) => {
      const { items } = expectStatus(await bobs.get<Page<MemberView>>(`/groups/${groupId}/members`), 200);
      return items.map(({ user, role }) => [user.id, role]).sort();
    };
    const [first] = await roles(owned.id);
    expect(await roles(owned.id)).toHaveLength(2);
    expect((await roles(owned.id)).filter(([, role]) => role === 'owner')).toHaveLength(1);
    expect(first![0]).not.toBe(ada.id);
    expect(await roles(other.id)).toEqual([[bob.id, 'owner']]);
    for (const [collection, field] of [
      ['sessions', 'userId'],
      ['memberships', 'userId'],
      ['blocks', 'blockerId'],
    ] as const) {
      expect(await app.connection.collection(collection).countDocuments({ [field]: ada.id })).toBe(0);
    }
  });

  it('between the two halves of passing a group on leaves it one owner', async () => {
    const { ada, cleo, bob, owned } = await deletedUpTo(['memberships']);
    await app.connection
      .collection<Stored>('memberships')
      .updateOne({ groupId: owned.id, userId: cleo.id }, { $set: { role: 'owner' } });
    await app.stopKeepingData();
    app = await startTestApp(dataDir);
    const users = app.connection.collection<Stored>('users');
    await eventually(async () => (await users.findOne({ _id: ada.id }))?.['isBeingDeleted'] === false);
    const owners = await app.connection.collection('memberships').find({ groupId: owned.id }).toArray();
    expect(owners.map(({ userId, role }) => [userId as string, role as string]).sort()).toEqual(
      [
        [bob.id, 'member'],
        [cleo.id, 'owner'],
      ].sort(),
    );
  });
});

/** Lets the next change of a user wait in front of the database until `deleted` is resolved. */
function holdNextChange({ app }: TestApp) {
  const users = app.get(UsersRepository);
  const arrived = Promise.withResolvers<undefined>();
  const deleted = Promise.withResolvers<undefined>();
  const real = users.change.bind(users);
  users.change = async (id, changes) => {
    Reflect.deleteProperty(users, 'change');
    arrived.resolve(undefined);
    await deleted.promise;
    return real(id, changes);
  };
  return { arrived, deleted };
}
