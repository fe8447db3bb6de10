import { randomUUID } from 'node:crypto';

import type { InviteView, SessionView } from '../../contract/views.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import type { TestApp } from '../support/test-app.js';

/** A document as it is stored. */
type Document = Record<string, unknown>;

/** Who asks. Those who are refused most come first. */
export const columns = ['nobody', 'deactivated', 'outsider', 'admin', 'member', 'moderator', 'owner'] as const;
export type Column = (typeof columns)[number];

/** Everyone who has an account; `nobody` has none. */
export type Cast = Record<Exclude<Column, 'nobody'> | 'bystander' | 'stranger', Person>;

/**
 * A group with its members. The deactivated one is a moderator by his membership; the bystander is the member on whom
 * others act; the stranger is in none of these groups.
 */
export interface Scene {
  cast: Cast;
  groupId: string;
  channelId: string;
  channelName: string;
  /** An invitation to the group, made by its owner. */
  inviteCode: string;
  /** By the bystander. */
  messageId: string;
  /** By the bystander, deleted by the bystander. */
  deletedId: string;
  /** By each who asks. Outsider and admin were members when they wrote; nobody's and the deactivated one's are the bystander's. */
  ownMessageIds: Record<Column, string>;
  /** The same, each deleted by its author. */
  ownDeletedIds: Record<Column, string>;
  /** Another session of the one who asks; for nobody and the deactivated one, the stranger's. */
  sessionIds: Record<Column, string>;
}

/** What most rows do without: it takes many requests to make. */
export interface SceneOptions {
  /** What one who may does here is nothing to the next: they can share a scene. */
  isSharable?: boolean;
  /** `ownMessageIds` and `ownDeletedIds` are each one's own, and not all the bystander's. */
  hasOwnMessages?: boolean;
  /** `sessionIds` are each one's own, and not all the stranger's. */
  hasOwnSessions?: boolean;
}

export async function aCast(app: TestApp): Promise<Cast> {
  const [owner, moderator, member, bystander, stranger, outsider, admin, deactivated] = await Promise.all([
    aPerson(app),
    aPerson(app),
    aPerson(app),
    aPerson(app),
    aPerson(app),
    aPerson(app),
    aPerson(app),
    aPerson(app),
  ]);
  // Neither can be done through the API yet. The server keeps users in memory; a login makes it look again.
  const users = app.connection.collection<{ _id: string }>('users');
  await users.updateOne({ _id: admin.id }, { $set: { role: 'admin' } });
  await users.updateOne({ _id: deactivated.id }, { $set: { isActive: false } });
  return {
    owner,
    moderator,
    member,
    bystander,
    stranger,
    outsider,
    admin: await admin.logInAgain(),
    deactivated,
  };
}

export async function aScene(app: TestApp, cast: Cast, options: SceneOptions = {}): Promise<Scene> {
  const { owner, moderator, member, bystander, outsider, admin, deactivated } = cast;
  const former = options.hasOwnMessages === true ? [outsider, admin] : [];
  const channelName = `channel ${randomUUID()}`;
  const [{ id: groupId }, { id: channelId }] = await Promise.all([
    owner.createGroup({ memberIds: [moderator, member, bystander, ...former].map(({ id }) => id) }),
    owner.createGroup({ kind: 'channel', name: channelName }),
  ]);
  const write = async (by: Person) => (await by.sendMessage(groupId)).id;
  const writeAndDelete = async (by: Person) => {
    const id = await write(by);
    expectStatus(await by.api.delete(`/messages/${id}`), 204);
    return id;
  };
  const everyones = (id: string) => Object.fromEntries(columns.map((column) => [column, id])) as Record<Column, string>;
  const [messageId, deletedId] = await Promise.all([write(bystander), writeAndDelete(bystander)]);
  const [ownMessageIds, ownDeletedIds] = [everyones(messageId), everyones(deletedId)];
  if (options.hasOwnMessages === true) {
    for (const column of ['outsider', 'admin', 'member', 'moderator', 'owner'] as const) {
      ownMessageIds[column] = await write(cast[column]);
      ownDeletedIds[column] = await writeAndDelete(cast[column]);
    }
  }
  const path = `/groups/${groupId}/members`;
  await Promise.all([
    owner.api.put(`${path}/${moderator.id}`, { role: 'moderator' }),
    ...former.map(({ id }) => owner.api.delete(`${path}/${id}`)),
    // He cannot be added, being deactivated; he may have been added before.
    app.connection.collection<Document & { _id: string }>('memberships').insertOne({
      _id: `${groupId}:${deactivated.id}`,
      groupId,
      userId: deactivated.id,
      role: 'moderator',
      joinedAt: new Date(),
      admittedBy: null,
      mutedUntil: null,
      lastReadSeq: 0,
      lastReadAt: null,
      lastDeliveredSeq: 0,
      lastDeliveredAt: null,
      readMoves: [],
      deliveredMoves: [],
    }),
  ]);
  const invite = await owner.api.post<InviteView>(`/groups/${groupId}/invites`, {});
  const inviteCode = expectStatus(invite, 201).code;
  const sessionIds =
    options.hasOwnSessions === true ? await otherSessions(cast) : everyones(await sessionOf(cast.stranger));
  return {
    cast,
    groupId,
    channelId,
    channelName,
    inviteCode,
    messageId,
    deletedId,
    ownMessageIds,
    ownDeletedIds,
    sessionIds,
  };
}

async function sessionOf(person: Person): Promise<string> {
  const { body } = await person.api.get<SessionView[]>('/auth/sessions');
  return body.find(({ current }) => current)!.id;
}

/** A second login of everyone, to be ended by the first. */
async function otherSessions(cast: Cast): Promise<Record<Column, string>> {
  const somebodys = await sessionOf(cast.stranger);
  const ids = await Promise.all(
    columns.map(async (column) => {
      if (column === 'nobody' || column === 'deactivated') return [column, somebodys] as const;
      return [column, await sessionOf(await cast[column].logInAgain())] as const;
    }),
  );
  return Object.fromEntries(ids) as Record<Column, string>;
}

/** Everything that the database has of a scene, to be compared with itself after a refusal. */
export async function stateOf({ connection }: TestApp, { groupId, channelId, cast }: Scene): Promise<unknown> {
  const find = (collection: string, field: string, ids: string[]) =>
    connection
      .collection<Document>(collection)
      .find({ [field]: { $in: ids } })
      .sort({ _id: 1 })
      .toArray();
  const [groupIds, userIds] = [[groupId, channelId], Object.values(cast).map(({ id }) => id)];
  return Promise.all([
    find('groups', '_id', groupIds),
    find('memberships', 'groupId', groupIds),
    find('invites', 'groupId', groupIds),
    find('messages', 'groupId', groupIds),
    find('users', '_id', userIds).then(withoutLastSeen),
    find('sessions', 'userId', userIds),
    find('blocks', 'blockerId', userIds),
  ]);
}

/** The end of a connection is noted whenever that is through: it is none of the request's doing. */
function withoutLastSeen(users: Document[]): Document[] {
  return users.map(({ lastSeenAt: _, ...user }) => user);
}
