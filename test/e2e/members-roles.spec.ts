import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MemberRole, MemberView, Page } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

type Role = MemberRole | 'nobody';

/** Who acts, on whom, giving which role (`null`: removing him), and the status of the answer. */
type Row = [actor: Role, present: Role, next: MemberRole | null, status: number];

const table: Row[] = [
  // The owner may do everything.
  ['owner', 'nobody', 'member', 201],
  ['owner', 'nobody', 'moderator', 201],
  ['owner', 'nobody', 'owner', 201],
  ['owner', 'member', 'moderator', 200],
  ['owner', 'member', 'owner', 200],
  ['owner', 'member', null, 204],
  ['owner', 'moderator', 'member', 200],
  ['owner', 'moderator', 'owner', 200],
  ['owner', 'moderator', null, 204],
  ['owner', 'nobody', null, 404],
  // A moderator acts below his role, and gives none that is not.
  ['moderator', 'nobody', 'member', 201],
  ['moderator', 'member', null, 204],
  ['moderator', 'nobody', 'moderator', 403],
  ['moderator', 'nobody', 'owner', 403],
  ['moderator', 'member', 'moderator', 403],
  ['moderator', 'member', 'owner', 403],
  ['moderator', 'moderator', 'member', 403],
  ['moderator', 'moderator', 'owner', 403],
  ['moderator', 'moderator', null, 403],
  ['moderator', 'owner', 'member', 403],
  ['moderator', 'owner', 'moderator', 403],
  ['moderator', 'owner', null, 403],
  ['moderator', 'nobody', null, 404],
  // A member, and who is none, act on nobody.
  ['member', 'nobody', 'member', 403],
  ['member', 'member', 'member', 403],
  ['member', 'member', 'owner', 403],
  ['member', 'member', null, 403],
  ['member', 'moderator', 'member', 403],
  ['member', 'owner', null, 403],
  ['nobody', 'nobody', 'member', 403],
  ['nobody', 'member', 'moderator', 403],
  ['nobody', 'member', null, 403],
];

describe('the roles of a group', () => {
  let app: TestApp;
  let founder: Person;
  let actor: Person;
  let target: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [founder, actor, target] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const rolesIn = async (group: GroupDetailView) => {
    const { body } = await founder.api.get<Page<MemberView>>(`/groups/${group.id}/members`);
    return new Map(body.items.map(({ user, role }) => [user.id, role]));
  };

  /** A channel (so that everyone sees its members) in which the two have these roles. */
  async function aChannel(actorRole: Role, targetRole: Role): Promise<GroupDetailView> {
    const channel = await founder.createGroup({ kind: 'channel', name: `roles ${randomUUID()}` });
    const roles: [Person, Role][] = [
      [actor, actorRole],
      [target, targetRole],
    ];
    // The owner last: the founder has no say after it.
    for (const [person, role] of roles.sort(([, a], [, b]) => Number(a === 'owner') - Number(b === 'owner'))) {
      if (role === 'nobody') continue;
      expectStatus(await founder.api.put(`/groups/${channel.id}/members/${person.id}`, { role }), 201);
    }
    return channel;
  }

  it.each(table)('let a %s turn a %s into %j: %i', async (actorRole, present, next, status) => {
    const channel = await aChannel(actorRole, present);
    const before = await rolesIn(channel);
    const path = `/groups/${channel.id}/members/${target.id}`;
    const answer = next === null ? await actor.api.delete(path) : await actor.api.put<MemberView>(path, { role: next });
    const after = await rolesIn(channel);
    if (status >= 400) {
      expectProblem(answer, status === 404 ? 'not_found' : actorRole === 'nobody' ? 'not_a_member' : 'forbidden');
      expect(after).toEqual(before);
      return;
    }
    expectStatus(answer, status);
    const expected = new Map(before);
    if (next === null) expected.delete(target.id);
    else expected.set(target.id, next);
    if (next === 'owner') expected.set(actor.id, 'moderator');
    expect(after).toEqual(expected);
    if (next !== null) expect(answer.body).toMatchObject({ user: { id: target.id }, role: next });
  });

  it('add someone as a member when no role is named, and leave that of a member', async () => {
    const channel = await aChannel('owner', 'nobody');
    const path = `/groups/${channel.id}/members/${target.id}`;
    expect(expectStatus(await actor.api.put<MemberView>(path, {}), 201).role).toBe('member');
    await actor.api.put(path, { role: 'moderator' });
    expect(expectStatus(await actor.api.put<MemberView>(path, {}), 200).role).toBe('moderator');
  });

  it('can be given to nobody who does not exist', async () => {
    const channel = await aChannel('owner', 'nobody');
    expectProblem(await actor.api.put(`/groups/${channel.id}/members/${randomUUID()}`, {}), 'not_found');
  });

  it('count from the moment they are given or taken', async () => {
    const channel = await aChannel('owner', 'member');
    const path = `/groups/${channel.id}`;
    expectProblem(await target.api.patch(path, { description: 'Mine now' }), 'forbidden');
    await actor.api.put(`${path}/members/${target.id}`, { role: 'moderator' });
    expectStatus(await target.api.patch(path, { description: 'Mine now' }), 200);
    await actor.api.put(`${path}/members/${target.id}`, { role: 'member' });
    expectProblem(await target.api.patch(path, { description: 'Still mine' }), 'forbidden');
  });
});
