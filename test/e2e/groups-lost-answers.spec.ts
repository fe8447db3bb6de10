import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MemberView, Page } from '../../contract/views.js';
import { GroupsRepository } from '../../src/groups/groups.repository.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { breakOnce } from '../support/break-once.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('a change of a group whose answer from the database is lost', () => {
  let app: TestApp;
  let groups: GroupsRepository;
  let memberships: MembershipsRepository;
  let owner: Person;
  let member: Person;
  let group: GroupDetailView;
  beforeAll(async () => {
    app = await startTestApp();
    groups = app.app.get(GroupsRepository);
    memberships = app.app.get(MembershipsRepository);
    [owner, member] = await Promise.all([aPerson(app), aPerson(app)]);
    group = await owner.createGroup({ memberIds: [member.id] });
    await member.sendMessage(group.id);
  });
  afterAll(() => app.stop());

  const rolesOf = async ({ id }: { id: string }) => {
    const { items } = expectStatus(await owner.api.get<Page<MemberView>>(`/groups/${id}/members`), 200);
    return Object.fromEntries(items.map(({ user, role }) => [user.id, role]));
  };

  it('is told all the same: name and description', async () => {
    const socket = await member.connect();
    breakOnce(groups, 'update', 'after');
    const answer = await owner.api.patch<GroupDetailView>(`/groups/${group.id}`, { description: 'Changed' });
    expect(expectStatus(answer, 200).description).toBe('Changed');
    expect((await socket.next('group_updated')).group.description).toBe('Changed');
    socket.close();
  });

  it('is not told when it was not made, and the same request again makes it', async () => {
    const socket = await member.connect();
    breakOnce(groups, 'update', 'before');
    const change = () => owner.api.patch<GroupDetailView>(`/groups/${group.id}`, { description: 'Changed again' });
    expectProblem(await change(), 'unavailable');
    await socket.settled();
    expect(socket.all('group_updated')).toEqual([]);
    expectStatus(await change(), 200);
    await socket.next('group_updated');
    socket.close();
  });

  it('is told all the same: a role', async () => {
    const socket = await member.connect();
    breakOnce(memberships, 'setRole', 'after');
    const path = `/groups/${group.id}/members/${member.id}`;
    expect(expectStatus(await owner.api.put<MemberView>(path, { role: 'moderator' }), 200).role).toBe('moderator');
    expect(await socket.next('member_updated')).toMatchObject({ userId: member.id, role: 'moderator' });
    // What he may do counts at once.
    expectStatus(await member.api.patch(`/groups/${group.id}`, { description: 'By the moderator' }), 200);
    socket.close();
  });

  it('is told all the same: a read marker', async () => {
    const socket = await member.connect();
    breakOnce(memberships, 'advance', 'after');
    expectStatus(await owner.api.put(`/groups/${group.id}/delivered`, { seq: 1 }), 200);
    expect(await socket.next('delivered')).toMatchObject({ userId: owner.id, seq: 1 });
    socket.close();
  });

  it.each([1, 2])('hands over completely when it is the half number %i', async (half) => {
    const one = await owner.createGroup({ memberIds: [member.id] });
    const socket = await member.connect();
    breakOnce(memberships, 'setRole', 'after', half);
    expectStatus(await owner.api.put(`/groups/${one.id}/members/${member.id}`, { role: 'owner' }), 200);
    await socket.next('member_updated', ({ userId }) => userId === owner.id);
    expect(socket.all('member_updated').map(({ userId, role }) => [userId, role])).toEqual([
      [member.id, 'owner'],
      [owner.id, 'moderator'],
    ]);
    expect(await rolesOf(one)).toEqual({ [owner.id]: 'moderator', [member.id]: 'owner' });
    socket.close();
  });

  it('leaves two owners and never none when a hand-over breaks off, and the same request again finishes it', async () => {
    const one = await owner.createGroup({ memberIds: [member.id] });
    breakOnce(memberships, 'setRole', 'before', 2);
    const handOver = () => owner.api.put(`/groups/${one.id}/members/${member.id}`, { role: 'owner' });
    expectProblem(await handOver(), 'unavailable');
    expect(await rolesOf(one)).toEqual({ [owner.id]: 'owner', [member.id]: 'owner' });
    expectStatus(await handOver(), 200);
    expect(await rolesOf(one)).toEqual({ [owner.id]: 'moderator', [member.id]: 'owner' });
  });

  it('is counted at the next look: a crash between a newcomer and the number of members', async () => {
    const channel = await owner.createGroup({ kind: 'channel' });
    breakOnce(groups, 'setMemberCount', 'before');
    expect(expectStatus(await member.api.post<GroupDetailView>(`/groups/${channel.id}/join`), 200).memberCount).toBe(2);
    const listed = await owner.api.get<Page<GroupDetailView>>('/groups?kind=channel');
    expect(listed.body.items.find(({ id }) => id === channel.id)?.memberCount).toBe(2);
  });
});
