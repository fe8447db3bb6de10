import type { GroupId, UserId } from '../../src/common/ids.js';
import { namePiecesOf, nameKeyOf } from '../../src/groups/channel-name.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import { newMembership } from '../../src/groups/membership.js';
import type { MembershipRecord } from '../../src/groups/membership.schema.js';
import { newUserRecord } from '../../src/users/new-user-record.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import type { PlannedGroup } from './plan.js';
import type { Random } from './random.js';

/** When it all begins, and how long it goes on: always the same, so that the same seed makes the same database. */
export const beginning = Date.UTC(2025, 0, 1);
export const durationMs = 365 * 86_400_000;

/** What all of it has in common. */
export interface Setting {
  seed: number;
  passwordHash: string;
  /** Names and words are taken from here. */
  nicks: readonly string[];
  words: readonly string[];
}

/** Somebody, by his number. */
export function aUser(index: number, { seed, passwordHash, nicks }: Setting, random: Random): UserRecord {
  const nick = nicks[index % nicks.length] ?? 'user';
  const username = `${nick.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 12)}-${seed}-${index}`;
  const createdAt = new Date(beginning + index);
  return newUserRecord({
    _id: random.id(createdAt) as UserId,
    username,
    displayName: `${nick} ${index}`,
    email: `${username}@seed.example.org`.toLowerCase(),
    passwordHash,
    lastSeenAt: random.next() < 0.7 ? new Date(beginning + durationMs * random.next()) : null,
    createdAt,
  });
}

export function aGroup(
  index: number,
  { kind, members }: PlannedGroup,
  userIds: readonly UserId[],
  { seed, words }: Setting,
  random: Random,
): GroupRecord {
  const createdAt = new Date(beginning + 1_000_000 + index);
  const ids = members.flatMap((member) => userIds[member] ?? []);
  const name = kind === 'direct' ? null : `${random.pick(words)} ${random.pick(words)} ${seed}-${index}`;
  const nameKey = kind === 'channel' && name !== null ? nameKeyOf(name) : null;
  return {
    _id: random.id(createdAt) as GroupId,
    kind,
    name,
    nameKey,
    ...(nameKey !== null && { namePieces: namePiecesOf(nameKey) }),
    searchKey: name === null ? null : nameKeyOf(name),
    directKey: kind === 'direct' ? [...ids].sort().join(':') : null,
    description: '',
    createdBy: ids[0] ?? ('' as UserId),
    memberCount: members.length,
    epoch: random.id(createdAt),
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
  };
}

/** Members of a group whose log has so many places: most have read nearly all of it, some are far behind. */
export function memberships(
  group: GroupRecord,
  { members, messages }: PlannedGroup,
  userIds: readonly UserId[],
  random: Random,
): MembershipRecord[] {
  return members.flatMap((member, index) => {
    const userId = userIds[member];
    if (userId === undefined) return [];
    const role = index === 0 ? 'owner' : index < 3 && group.kind !== 'direct' ? 'moderator' : 'member';
    const membership = newMembership(group._id, userId, role, group.createdAt);
    const behind = random.next() < 0.7 ? random.below(20) : random.below(messages + 1, 3);
    const readSeq = Math.max(0, messages - behind);
    const deliveredSeq = Math.max(readSeq, messages - random.below(20));
    const at = new Date(beginning + durationMs);
    return [
      {
        ...membership,
        ...(readSeq > 0 && { lastReadSeq: readSeq, lastReadAt: at, readMoves: [{ seq: readSeq, at }] }),
        ...(deliveredSeq > 0 && {
          lastDeliveredSeq: deliveredSeq,
          lastDeliveredAt: at,
          deliveredMoves: [{ seq: deliveredSeq, at }],
        }),
      },
    ];
  });
}
