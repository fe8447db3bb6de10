import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { MembersService } from '../groups/members.service.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { RemoteConnections } from './remote-connections.js';
import { rooms } from './rooms.js';

/** Who receives a group live, and the news of someone's first or last connection to it. */
@Injectable()
export class Audience implements OnModuleInit {
  private readonly logger = new Logger(Audience.name);

  constructor(
    private readonly connections: LiveConnections,
    private readonly members: MembersService,
    private readonly remote: RemoteConnections,
  ) {}

  /** Which groups users have left here while they were said to be connected to another node. */
  private readonly passedOver = new Map<UserId, Set<GroupId>>();

  /** Of two nodes that a user leaves at once, each may have taken the other for where he still is. */
  onModuleInit(): void {
    this.remote.onLastGone((userId, isToBeTold) => {
      const groupIds = this.passedOver.get(userId) ?? [];
      this.passedOver.delete(userId);
      if (!isToBeTold) return;
      for (const groupId of groupIds)
        if (!this.isReceiving(userId, groupId)) this.announce('user_left', userId, groupId);
    });
  }

  /** The user's open connections start to receive the group. */
  joinUser(groupId: GroupId, userId: UserId): void {
    for (const connection of this.connections.ofUser(userId)) {
      const { gate, scope } = connection.state;
      if (scope !== 'all' && scope !== groupId) continue;
      gate?.changed.add(groupId);
      this.join(connection, groupId);
    }
  }

  /** The user's open connections stop to receive the group. */
  leaveUser(groupId: GroupId, userId: UserId): void {
    for (const connection of this.connections.ofUser(userId)) {
      connection.state.gate?.changed.add(groupId);
      // Not his any more: what a snapshot that is being read says of it is not for him.
      connection.state.unwanted.delete(groupId);
      this.leave(connection, groupId);
    }
  }

  leaveAll(groupId: GroupId): void {
    for (const connection of this.connections.inRoom(rooms.group(groupId))) {
      connection.state.gate?.changed.add(groupId);
      connection.leave(rooms.group(groupId));
    }
  }

  /** One connection starts to receive the group; one that is not through yet is announced when it is. */
  join(connection: Connection, groupId: GroupId): void {
    const room = rooms.group(groupId);
    if (connection.rooms.has(room)) return;
    connection.join(room);
    // Every node does the same for its own connections of the user: one of them tells.
    if (connection.state.isThrough && this.isFirst(connection, groupId))
      this.announceFor(connection, 'user_joined', groupId);
  }

  /** One connection stops to receive the group. */
  leave(connection: Connection, groupId: GroupId): void {
    const room = rooms.group(groupId);
    if (!connection.rooms.has(room)) return;
    connection.leave(room);
    if (connection.state.isThrough && this.isFirst(connection, groupId))
      this.announceFor(connection, 'user_left', groupId);
  }

  /** A connection has come. As far as other nodes are concerned, whoever is connected receives all of his groups. */
  announceJoin(connection: Connection, groupId: GroupId): void {
    const { userId } = connection.state.actor;
    if (this.others(connection, groupId) > 0) return;
    this.passedOver.get(userId)?.delete(groupId);
    if (this.remote.count(userId) === 0) this.announceFor(connection, 'user_joined', groupId);
  }

  /** A connection has gone, or is about to. */
  announceLeave(connection: Connection, groupId: GroupId): void {
    // One that goes before it is through was never announced.
    if (!connection.state.isThrough) return;
    const { userId } = connection.state.actor;
    if (this.others(connection, groupId) > 0) return;
    if (this.remote.count(userId) === 0) this.announceFor(connection, 'user_left', groupId);
    else this.passedOver.set(userId, (this.passedOver.get(userId) ?? new Set()).add(groupId));
  }

  /** Whoever was connected only to a node that is gone has left his groups: each node tells those who are connected to it. */
  async tellGone(userId: UserId, groupIds: readonly GroupId[]): Promise<void> {
    for (const groupId of groupIds) {
      const [[room], elsewhere] = await Promise.all([this.smallRooms([groupId]), this.countElsewhere(groupId)]);
      // He may have come back meanwhile.
      if (room === undefined || this.isConnected(userId)) continue;
      const payload = { groupId, userId, connectionCount: this.connections.roomSize(room) + elsewhere };
      this.connections.send(room, { event: 'user_left', payload });
    }
  }

  /** The rooms of those groups of a connection that are small enough for news of one person to go to all. */
  async smallRooms(groupIds: readonly GroupId[]): Promise<string[]> {
    const counts = await Promise.all(groupIds.map((groupId) => this.members.count(groupId)));
    return groupIds
      .filter((_groupId, index) => (counts[index] ?? 0) <= limits.audience.maxMembers)
      .map((groupId) => rooms.group(groupId));
  }

  /** The user's other connections that receive the group. */
  private others({ id, state }: Connection, groupId: GroupId): number {
    const room = rooms.group(groupId);
    return this.connections
      .ofUser(state.actor.userId)
      .filter((other) => other.id !== id && other.state.isThrough && other.rooms.has(room)).length;
  }

  /** Whether this is the user's first connection to the group here, and here is where it is told. */
  private isFirst(connection: Connection, groupId: GroupId): boolean {
    return this.others(connection, groupId) === 0 && this.remote.isFirstNodeOf(connection.state.actor.userId);
  }

  private isConnected(userId: UserId): boolean {
    return this.connections.ofUser(userId).length > 0 || this.remote.count(userId) > 0;
  }

  private isReceiving(userId: UserId, groupId: GroupId): boolean {
    const room = rooms.group(groupId);
    return this.connections.ofUser(userId).some(({ state, rooms }) => state.isThrough && rooms.has(room));
  }

  /** How many connections of members other nodes have; small groups only, others are not told of anyone. */
  private async countElsewhere(groupId: GroupId): Promise<number> {
    if (this.remote.isEmpty) return 0;
    const memberIds = await this.members.listIds(groupId, limits.audience.maxMembers);
    return memberIds.reduce((sum, userId) => sum + this.remote.count(userId), 0);
  }

  private announceFor({ id, state }: Connection, event: 'user_joined' | 'user_left', groupId: GroupId): void {
    this.announce(event, state.actor.userId, groupId, id);
  }

  private announce(event: 'user_joined' | 'user_left', userId: UserId, groupId: GroupId, except?: string): void {
    Promise.all([this.smallRooms([groupId]), this.countElsewhere(groupId)])
      .then(([audience, elsewhere]) => {
        // Meanwhile it may have been overtaken: the news that came of that says what holds now.
        if (this.isReceiving(userId, groupId) !== (event === 'user_joined')) return;
        const connectionCount = this.connections.roomSize(rooms.group(groupId)) + elsewhere;
        const payload = { groupId, userId, connectionCount };
        this.connections.sendEverywhere(audience, { event, payload }, except === undefined ? {} : { except });
      })
      .catch((error: unknown) => {
        // The news of a connection is a courtesy; the next one brings the right count.
        this.logger.warn({ err: error, groupId }, `${event} could not be announced`);
      });
  }
}
