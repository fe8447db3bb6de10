import { limits } from '../../contract/limits.js';
import { isUuid, newEpoch, type GroupId, type UserId } from '../../src/common/ids.js';
import { channelKeysOf, nameKeyOf } from '../../src/groups/channel-name.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import type { GroupsRepository } from '../../src/groups/groups.repository.js';
import { newMembership } from '../../src/groups/membership.js';
import type { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { CannotDoError, UsageError } from '../support/usage-error.js';
import { derivedId } from './derived-id.js';
import type { SourceGroup, SourceMember } from './import-source.js';

/** The group that a file goes into. */
export interface Target {
  id: GroupId;
  name: string;
  /** It is made when all is in it: until then nobody sees anything of it, and an import that was killed can go on. */
  isNew: boolean;
  about: SourceGroup;
}

/**
 * The group that is named, or the one that an earlier import of the same file has made, or else a new one.
 *
 * @param named the id of a group that is there; or a name: of a channel that is there, or for the new group
 */
export async function targetOf(
  source: SourceGroup,
  named: string | undefined,
  groups: GroupsRepository,
): Promise<Target> {
  const id = named?.toLowerCase();
  if (isUuid(id)) return existing(id as GroupId, source, groups);
  const name = named ?? source.name;
  if (Array.from(name).length > limits.group.nameMaxLength) {
    throw new UsageError(`The name of a group has at most ${limits.group.nameMaxLength} characters.`);
  }
  const key = named === undefined ? source.key : JSON.stringify(['named', nameKeyOf(named)]);
  const ownId = derivedId(new Date(0), ['group', key]) as GroupId;
  const [own] = await groups.findByIdsForAdmin([ownId]);
  if (own !== undefined) {
    if (own.deletedAt === null) return { id: ownId, name: own.name ?? name, isNew: false, about: source };
    throw new CannotDoError(`The group that this was imported into was deleted: name another one with --group.`);
  }
  const channel = await groups.findByNameKey(nameKeyOf(name));
  if (channel !== null && named !== undefined) return existing(channel._id, source, groups);
  if (channel !== null && source.kind === 'channel') {
    throw new CannotDoError(
      `There is a channel named ${name}. To add to it: --group "${name}"; for a new group: --group "another name".`,
    );
  }
  return { id: ownId, name, isNew: true, about: { ...source, name } };
}

async function existing(id: GroupId, about: SourceGroup, groups: GroupsRepository): Promise<Target> {
  const group = await groups.findById(id);
  if (group === null) throw new CannotDoError(`There is no group ${id}.`);
  if (group.kind === 'direct') {
    throw new CannotDoError(`${id} is a conversation of two people: nothing is imported into those.`);
  }
  return { id, name: group.name ?? id, isNew: false, about };
}

/** Who is to be in a new group: those of the file, and its owner. */
export function membersOf(
  members: readonly SourceMember[],
  ids: ReadonlyMap<string, UserId>,
  owner: UserId | undefined,
): { userId: UserId; role: SourceMember['role']; joinedAt: Date | null }[] {
  const found = new Map<UserId, { userId: UserId; role: SourceMember['role']; joinedAt: Date | null }>();
  let hasOwner = owner !== undefined;
  for (const { person, role, joinedAt } of members) {
    const userId = ids.get(person);
    if (userId === undefined || found.has(userId)) continue;
    found.set(userId, { userId, role: role === 'owner' && hasOwner ? 'moderator' : role, joinedAt });
    if (role === 'owner') hasOwner = true;
  }
  if (owner !== undefined) found.set(owner, { userId: owner, role: 'owner', joinedAt: null });
  return [...found.values()];
}

/** Memberships first, the group last. @throws CannotDoError when the name was taken meanwhile */
export async function openGroup(
  { id, about }: Target,
  members: ReturnType<typeof membersOf>,
  lastSeq: number,
  now: Date,
  { groups, memberships }: { groups: GroupsRepository; memberships: MembershipsRepository },
): Promise<void> {
  for (const { userId, role, joinedAt } of members) {
    await memberships.insert(newMembership(id, userId, role, joinedAt ?? now, { lastSeq }));
  }
  const { kind, name, description } = about;
  const owner = members.find(({ role }) => role === 'owner') ?? members[0];
  const group: GroupRecord = {
    _id: id,
    kind,
    name,
    nameKey: null,
    searchKey: nameKeyOf(name),
    directKey: null,
    ...(kind === 'channel' && channelKeysOf(name)),
    description,
    createdBy: owner?.userId ?? ('' as UserId),
    memberCount: await memberships.count(id),
    epoch: newEpoch(),
    createdAt: about.createdAt ?? now,
    updatedAt: now,
    deletedAt: null,
  };
  if (await groups.insert(group)) return;
  if ((await groups.findById(id)) !== null) return;
  throw new CannotDoError(`There is a channel named ${name} meanwhile: name the group with --group.`);
}
