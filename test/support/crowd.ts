import { newUserId, type GroupId, type UserId } from '../../src/common/ids.js';
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
  const users = Array.from({ length: size }, () => aUser(newUserId(), joinedAt));
  await connection.collection<UserRecord>('users').insertMany(users);
  await app
    .get(MembershipsRepository)
    .insertMany(users.map(({ _id }) => newMembership(groupId, _id, 'member', joinedAt)));
  await app.get(MemberCountsService).recount(groupId);
  return users.map(({ _id }) => _id);
}

function aUser(_id: UserId, createdAt: Date): UserRecord {
  const username = `crowd-${_id.slice(-20)}`;
  return {
    _id,
    username,
    usernameKey: username,
    displayName: username,
    displayNameKey: username,
    email: null,
    emailKey: null,
    passwordHash: null,
    role: 'user',
    isBot: false,
    isActive: true,
    lastLoginAt: null,
    presenceChoice: 'online',
    statusText: null,
    lastSeenAt: null,
    createdAt,
    updatedAt: createdAt,
  };
}
