import { newUserId, type GroupId, type UserId } from '../../src/common/ids.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import { MemberCountsService } from '../../src/groups/member-counts.service.js';
import { newMembership } from '../../src/groups/membership.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import type { TestApp } from './test-app.js';

/**
 * Many members with accounts, written past the API: two hundred registrations would take a minute.
 *
 * @returns their ids, in order
 */
export async function addCrowd({ app, connection }: TestApp, group: { id: string }, size: number): Promise<UserId[]> {
  const groupId = group.id as GroupId;
  const joinedAt = new Date();
  const accounts = connection.collection<UserRecord>('users');
  const { createdBy } = (await connection.collection<GroupRecord>('groups').findOne({ _id: groupId }))!;
  // Like the one who made the group, but for what is unique.
  const model = (await accounts.findOne({ _id: createdBy }))!;
  const users = Array.from({ length: size }, (): UserRecord => {
    const _id = newUserId();
    const username = `crowd-${_id.slice(-20)}`;
    return { ...model, _id, username, usernameKey: username, displayNameKey: username, emailKey: null };
  });
  await accounts.insertMany(users);
  await app
    .get(MembershipsRepository)
    .insertMany(users.map(({ _id }) => newMembership(groupId, _id, 'member', joinedAt)));
  await app.get(MemberCountsService).recount(groupId);
  return users.map(({ _id }) => _id);
}
