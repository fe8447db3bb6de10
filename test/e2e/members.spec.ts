import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MemberView } from '../../contract/views.js';
import type { GroupId, UserId } from '../../src/common/ids.js';
import { newMembership } from '../../src/groups/membership.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('the members of a group', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => aPerson(app)));
  const membersOf = (group: { id: string }, reader: Person, query = 'limit=100') =>
    walkPages<MemberView>(reader.api, `/groups/${group.id}/members?${query}`);
  const rolesOf = async (group: { id: string }, reader: Person) =>
    Object.fromEntries((await membersOf(group, reader)).map(({ user, role }) => [user.id, role]));

  it('are listed with profile, role and the time they joined', async () => {
    const [ada, bob] = (await people(2)) as [Person, Person];
    const group = await ada.createGroup({ memberIds: [bob.id] });
    const members = await membersOf(group, bob);
    const { id, username, displayName, role, isBot, createdAt } = bob.user;
    expect(members.find(({ user }) => user.id === bob.id)).toEqual({
      groupId: group.id,
      user: {
        id,
        username,
        displayName,
        avatarUrl: null,
        role,
        isBot,
        createdAt,
        presence: 'offline',
        statusText: null,
        lastSeenAt: null,
      },
      role: 'member',
      joinedAt: group.createdAt,
    });
  });

  it('are listed by role if asked', async () => {
    const [ada, bob, carol] = (await people(3)) as [Person, Person, Person];
    const group = await ada.createGroup({ memberIds: [bob.id, carol.id] });
    await ada.api.put(`/groups/${group.id}/members/${bob.id}`, { role: 'moderator' });
    const ids = async (role: string) => (await membersOf(group, carol, `role=${role}`)).map(({ user }) => user.id);
    expect(await ids('owner')).toEqual([ada.id]);
    expect(await ids('moderator')).toEqual([bob.id]);
    expect(await ids('member')).toEqual([carol.id]);
    expectProblem(await ada.api.get(`/groups/${group.id}/members?role=king`), 'validation_failed');
  });

  it('are neither skipped nor repeated page by page while others join', async () => {
    const [ada, ...others] = (await people(8)) as [Person, ...Person[]];
    const late = await people(3);
    const channel = await ada.createGroup({ kind: 'channel', memberIds: others.map(({ id }) => id) });
    const seen = await walkPages<MemberView>(ada.api, `/groups/${channel.id}/members?limit=3`, async (page) => {
      expectStatus(await late[page - 1]!.api.post(`/groups/${channel.id}/join`), 200);
    });
    const ids = seen.map(({ user }) => user.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of [ada, ...others]) expect(ids).toContain(id);
  });

  describe('joining', () => {
    it('makes a member of a channel, once', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      const channel = await ada.createGroup({ kind: 'channel' });
      const joined = expectStatus(await bob.api.post<GroupDetailView>(`/groups/${channel.id}/join`), 200);
      expect(joined).toEqual({ ...channel, role: 'member', memberCount: 2 });
      expect(expectStatus(await bob.api.post(`/groups/${channel.id}/join`), 200)).toEqual(joined);
      expect(await rolesOf(channel, ada)).toEqual({ [ada.id]: 'owner', [bob.id]: 'member' });
    });

    it('makes one member of ten attempts at once', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      const channel = await ada.createGroup({ kind: 'channel' });
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => bob.api.post<GroupDetailView>(`/groups/${channel.id}/join`)),
      );
      for (const answer of answers) expectStatus(answer, 200);
      expect((await ada.api.get(`/groups/${channel.id}`)).body).toMatchObject({ memberCount: 2 });
    });

    it('leaves the role of who is there already', async () => {
      const [ada] = (await people(1)) as [Person];
      const channel = await ada.createGroup({ kind: 'channel' });
      const joined = expectStatus(await ada.api.post<GroupDetailView>(`/groups/${channel.id}/join`), 200);
      expect(joined.role).toBe('owner');
    });

    it('is not for private groups', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      const group = await ada.createGroup();
      expectProblem(await bob.api.post(`/groups/${group.id}/join`), 'not_a_member');
    });
  });

  describe('leaving', () => {
    it('ends the membership, on either route', async () => {
      const [ada, bob, carol] = (await people(3)) as [Person, Person, Person];
      const group = await ada.createGroup({ memberIds: [bob.id, carol.id] });
      expectStatus(await bob.api.post(`/groups/${group.id}/leave`), 204);
      expectStatus(await carol.api.delete(`/groups/${group.id}/members/${carol.id}`), 204);
      expect(await rolesOf(group, ada)).toEqual({ [ada.id]: 'owner' });
      for (const { api } of [bob, carol]) {
        expectProblem(await api.get(`/groups/${group.id}/messages`), 'not_a_member');
        expectProblem(await api.post(`/groups/${group.id}/leave`), 'not_a_member');
      }
    });

    it('is not for the owner: he hands over first', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      const group = await ada.createGroup({ memberIds: [bob.id] });
      expectProblem(await ada.api.post(`/groups/${group.id}/leave`), 'conflict');
      expectProblem(await ada.api.delete(`/groups/${group.id}/members/${ada.id}`), 'conflict');
      expectProblem(await ada.api.put(`/groups/${group.id}/members/${ada.id}`, { role: 'member' }), 'conflict');
      expect(await rolesOf(group, ada)).toEqual({ [ada.id]: 'owner', [bob.id]: 'member' });
      expectStatus(await ada.api.put(`/groups/${group.id}/members/${bob.id}`, { role: 'owner' }), 200);
      expectStatus(await ada.api.post(`/groups/${group.id}/leave`), 204);
      expect(await rolesOf(group, bob)).toEqual({ [bob.id]: 'owner' });
    });
  });

  describe('leaving as the last one', () => {
    it('closes the group, and frees the name of a channel', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      const channel = await ada.createGroup({ kind: 'channel', memberIds: [bob.id] });
      expectProblem(await ada.api.post(`/groups/${channel.id}/leave`), 'conflict');
      expectStatus(await bob.api.post(`/groups/${channel.id}/leave`), 204);
      const socket = await ada.connect();
      expectStatus(await ada.api.post(`/groups/${channel.id}/leave`), 204);
      expect(await socket.next('group_deleted')).toEqual({ groupId: channel.id });
      for (const { api } of [ada, bob]) expectProblem(await api.get(`/groups/${channel.id}`), 'not_found');
      expectStatus(await bob.api.post('/groups', { kind: 'channel', name: channel.name }), 201);
      socket.close();
    });
  });

  describe('handing over', () => {
    it('makes the other the owner and the former owner a moderator', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      const group = await ada.createGroup({ memberIds: [bob.id] });
      const answer = await ada.api.put<MemberView>(`/groups/${group.id}/members/${bob.id}`, { role: 'owner' });
      expect(expectStatus(answer, 200).role).toBe('owner');
      expect(await rolesOf(group, ada)).toEqual({ [ada.id]: 'moderator', [bob.id]: 'owner' });
      expectProblem(await ada.api.delete(`/groups/${group.id}`), 'forbidden');
      expectStatus(await bob.api.delete(`/groups/${group.id}`), 204);
    });

    it('succeeds twice when it is asked for twice at once, to the same member', async () => {
      const [ada, bob, carol] = (await people(3)) as [Person, Person, Person];
      const group = await ada.createGroup({ memberIds: [bob.id, carol.id] });
      const handOver = () => ada.api.put(`/groups/${group.id}/members/${bob.id}`, { role: 'owner' });
      const answers = await Promise.all([handOver(), handOver(), handOver()]);
      expect(answers.map(({ status }) => status)).toContain(200);
      expect(await rolesOf(group, carol)).toEqual({ [ada.id]: 'moderator', [bob.id]: 'owner', [carol.id]: 'member' });
      // Once more, when it is done: nothing to do.
      expectStatus(await handOver(), 200);
    });

    it('is not for a deactivated user: nobody could act for the group', async () => {
      const [ada, bob] = (await people(2)) as [Person, Person];
      await app.connection.collection('users').updateOne({ username: bob.username }, { $set: { isActive: false } });
      const group = await ada.createGroup();
      // He cannot be added any more, but may have been a member before.
      const membership = newMembership(group.id as GroupId, bob.id as UserId, 'member', new Date());
      await app.app.get(MembershipsRepository).insert(membership);
      expectProblem(await ada.api.put(`/groups/${group.id}/members/${bob.id}`, { role: 'owner' }), 'conflict');
      expect(await rolesOf(group, ada)).toEqual({ [ada.id]: 'owner', [bob.id]: 'member' });
    });

    it('ends with one owner when it goes to two at once', async () => {
      const [ada, ...others] = (await people(6)) as [Person, ...Person[]];
      const group = await ada.createGroup({ memberIds: others.slice(0, 3).map(({ id }) => id) });
      // Three members and two who are none yet.
      const answers = await Promise.all(
        others.map(({ id }) => ada.api.put(`/groups/${group.id}/members/${id}`, { role: 'owner' })),
      );
      const owners = (await membersOf(group, ada)).filter(({ role }) => role === 'owner');
      expect(owners).toHaveLength(1);
      const winners = others.filter((_, index) => answers[index]!.status < 300).map(({ id }) => id);
      expect(winners).toEqual([owners[0]!.user.id]);
      for (const answer of answers.filter(({ status }) => status >= 300)) {
        expect(['conflict', 'forbidden']).toContain((answer.body as { code: string }).code);
      }
    });
  });
});
