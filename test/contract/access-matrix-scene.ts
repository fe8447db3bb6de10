import { randomUUID } from 'node:crypto';

import type { InviteView, SessionView } from '../../contract/views.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { rooms } from '../../src/realtime/rooms.js';
import { anAdmin } from '../support/admin.js';
import { claimsOf, forgeToken } from '../support/forged-token.js';
import { aPerson, expectStatus, Person } from '../support/people.js';
import type { TestApp } from '../support/test-app.js';
import type { ReceivedEvent, TestSocket } from '../support/test-socket.js';
import { upload } from '../support/upload.js';

/** A document as it is stored. */
type Document = Record<string, unknown>;

/** Who asks. Those who are refused most come first. */
export const columns = [
  'nobody',
  'expired',
  'deactivated',
  'outsider',
  'former',
  'admin',
  'blocked',
  'member',
  'moderator',
  'owner',
] as const;
export type Column = (typeof columns)[number];

/** Everyone who has an account; `nobody` has none. */
export type Cast = Record<Exclude<Column, 'nobody'> | 'bystander' | 'stranger', Person>;

/**
 * A group with its members. The deactivated one is a moderator by his membership; the expired one has a token
 * that was good until an hour ago; the former one was a member and is not;
 * the bystander is the member on whom others act; the stranger is in none of these groups. The blocked one is a member,
 * whom owner, bystander and stranger have blocked.
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
  /** A file in a message of the bystander's, and one of his that no message has. */
  fileId: string;
  unclaimedFileId: string;
  /** The direct conversation of each who asks with the bystander; for those who cannot act, the stranger's. */
  directIds: Record<Column, string>;
  /** By each who asks. Outsider, former and admin were members when they wrote; those of who cannot act are the bystander's. */
  ownMessageIds: Record<Column, string>;
  /** The same, each deleted by its author. */
  ownDeletedIds: Record<Column, string>;
  /** Another session of the one who asks; for those who cannot act, the stranger's. */
  sessionIds: Record<Column, string>;
}

/** What most rows do without: it takes many requests to make. */
export interface SceneOptions {
  /** `directIds` are direct conversations, and not all the group. */
  hasDirects?: boolean;
  /** What one who may does here is nothing to the next: they can share a scene. */
  isSharable?: boolean;
  /** `fileId` and `unclaimedFileId` are files, and not the bystander's message. */
  hasFiles?: boolean;
  /** `ownMessageIds` and `ownDeletedIds` are each one's own, and not all the bystander's. */
  hasOwnMessages?: boolean;
  /** `sessionIds` are each one's own, and not all the stranger's. */
  hasOwnSessions?: boolean;
}

/** @param secret with which the server signs its tokens */
export async function aCast(app: TestApp, secret: string): Promise<Cast> {
  const [owner, moderator, member, blocked, bystander, stranger, outsider, former, late, deactivated, admin] =
    await Promise.all([
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      aPerson(app),
      anAdmin(app),
    ]);
  expectStatus(await admin.api.patch(`/users/${deactivated.id}`, { isActive: false }), 200);
  for (const { api } of [owner, bystander, stranger]) {
    expectStatus(await api.put(`/users/me/blocks/${blocked.id}`), 204);
  }
  const expired = withExpiredToken(late, secret);
  return { owner, moderator, member, blocked, bystander, stranger, outsider, former, admin, deactivated, expired };
}

function withExpiredToken({ app, user, password, tokens }: Person, secret: string): Person {
  const claims = claimsOf(tokens.accessToken);
  const hourAgo = Math.floor(Date.now() / 1000) - 3_600;
  const accessToken = forgeToken({ ...claims, iat: hourAgo - 60, exp: hourAgo }, { secret });
  return new Person(app, user, password, { ...tokens, accessToken });
}

export async function aScene(app: TestApp, cast: Cast, options: SceneOptions = {}): Promise<Scene> {
  const { owner, moderator, member, blocked, bystander, outsider, admin, deactivated } = cast;
  const former = [cast.former, ...(options.hasOwnMessages === true ? [outsider, admin] : [])];
  const channelName = `channel ${randomUUID()}`;
  const [{ id: groupId }, { id: channelId }] = await Promise.all([
    owner.createGroup({ memberIds: [moderator, member, blocked, bystander, ...former].map(({ id }) => id) }),
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
    for (const column of ['outsider', 'former', 'admin', 'blocked', 'member', 'moderator', 'owner'] as const) {
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
  const [fileId, unclaimedFileId] =
    options.hasFiles === true ? await filesOf(bystander, groupId) : ([messageId, messageId] as const);
  const invite = await owner.api.post<InviteView>(`/groups/${groupId}/invites`, {});
  const inviteCode = expectStatus(invite, 201).code;
  const sessionIds =
    options.hasOwnSessions === true ? await otherSessions(cast) : everyones(await sessionOf(cast.stranger));
  const directIds = options.hasDirects === true ? await directsWith(bystander, cast) : everyones(groupId);
  return {
    cast,
    groupId,
    channelId,
    channelName,
    inviteCode,
    messageId,
    deletedId,
    fileId,
    unclaimedFileId,
    directIds,
    ownMessageIds,
    ownDeletedIds,
    sessionIds,
  };
}

/** The direct conversations of someone with everyone; the blocked one's was there before he was blocked. */
async function directsWith({ api }: Person, cast: Cast): Promise<Record<Column, string>> {
  expectStatus(await api.delete(`/users/me/blocks/${cast.blocked.id}`), 204);
  const ids = await Promise.all(
    columns.map(async (column) => {
      const other = isWithoutSession(column) ? cast.stranger : cast[column];
      const { body } = await api.put<{ id: string }>(`/groups/direct/${other.id}`);
      return [column, body.id] as const;
    }),
  );
  expectStatus(await api.put(`/users/me/blocks/${cast.blocked.id}`), 204);
  return Object.fromEntries(ids) as Record<Column, string>;
}

/** Nobody can act as one of these: what others have of their own, they have of the stranger. */
function isWithoutSession(column: Column): column is 'nobody' | 'expired' | 'deactivated' {
  return column === 'nobody' || column === 'expired' || column === 'deactivated';
}

async function filesOf(by: Person, groupId: string): Promise<readonly [string, string]> {
  const [carried, unclaimed] = [await upload(by, groupId), await upload(by, groupId)];
  await by.sendMessage(groupId, 'with a file', { attachmentIds: [carried.id] });
  return [carried.id, unclaimed.id];
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
      if (isWithoutSession(column)) return [column, somebodys] as const;
      return [column, await sessionOf(await cast[column].logInAgain())] as const;
    }),
  );
  return Object.fromEntries(ids) as Record<Column, string>;
}

/** Everything that the database has of a scene, to be compared with itself after a refusal. */
export async function stateOf(
  { connection }: TestApp,
  { groupId, channelId, directIds, cast }: Scene,
): Promise<unknown> {
  const find = (collection: string, field: string, ids: string[]) =>
    connection
      .collection<Document>(collection)
      .find({ [field]: { $in: ids } })
      .sort({ _id: 1 })
      .toArray();
  const [groupIds, userIds] = [
    [groupId, channelId, ...Object.values(directIds)],
    Object.values(cast).map(({ id }) => id),
  ];
  return Promise.all([
    find('groups', '_id', groupIds),
    find('memberships', 'groupId', groupIds),
    find('invites', 'groupId', groupIds),
    find('messages', 'groupId', groupIds),
    find('attachments', 'groupId', groupIds),
    find('users', '_id', userIds).then(withoutLastSeen),
    find('sessions', 'userId', userIds),
    find('blocks', 'blockerId', userIds),
  ]);
}

/** The end of a connection is noted whenever that is through: it is none of the request's doing. */
function withoutLastSeen(users: Document[]): Document[] {
  return users.map(({ lastSeenAt: _, ...user }) => user);
}

/** What the bystander and the stranger hear, who have no part in what is asked. */
export class Watch {
  private marks = 0;

  private constructor(
    private readonly connections: LiveConnections,
    private readonly sockets: readonly TestSocket[],
    private readonly userIds: readonly string[],
  ) {}

  static async of({ app }: TestApp, { bystander, stranger }: Cast): Promise<Watch> {
    const sockets = await Promise.all([bystander.connect(), stranger.connect()]);
    return new Watch(app.get(LiveConnections), sockets, [bystander.id, stranger.id]);
  }

  /** Everything so far, but who comes and goes. */
  async heard(): Promise<ReceivedEvent[][]> {
    // A mark that the server sends behind all else: to ask for one so often is more than a client may.
    this.marks += 1;
    const timestamp = this.marks;
    this.connections.send(this.userIds.map(rooms.user), { event: 'pong', payload: { timestamp } });
    await Promise.all(this.sockets.map((socket) => socket.next('pong', (pong) => pong.timestamp === timestamp)));
    return this.sockets.map(({ received }) => received.filter(({ event }) => !ofConnections.has(event)));
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }
}

/** Those who ask over sockets come and go; and typing ends by itself, whoever asks for what meanwhile. */
const ofConnections: ReadonlySet<string> = new Set(['presence', 'user_joined', 'user_left', 'typing', 'pong']);
