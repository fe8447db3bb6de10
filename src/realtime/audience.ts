import { Injectable, Logger } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { MembersService } from '../groups/members.service.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { rooms } from './rooms.js';

/** Who receives a group live, and the news of someone's first or last connection to it. */
@Injectable()
export class Audience {
  private readonly logger = new Logger(Audience.name);

  constructor(
    private readonly connections: LiveConnections,
    private readonly members: MembersService,
  ) {}

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
    if (connection.state.isThrough) this.announceJoin(connection, groupId);
  }

  /** One connection stops to receive the group. */
  leave(connection: Connection, groupId: GroupId): void {
    const room = rooms.group(groupId);
    if (!connection.rooms.has(room)) return;
    connection.leave(room);
    this.announceLeave(connection, groupId);
  }

  announceJoin(connection: Connection, groupId: GroupId): void {
    if (this.others(connection, groupId) === 0) this.announce('user_joined', connection, groupId);
  }

  /** Called when the connection is out of the room, or about to be. */
  announceLeave(connection: Connection, groupId: GroupId): void {
    // One that goes before it is through was never announced.
    if (!connection.state.isThrough) return;
    if (this.others(connection, groupId) === 0) this.announce('user_left', connection, groupId);
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

  private isReceiving(userId: UserId, groupId: GroupId): boolean {
    const room = rooms.group(groupId);
    return this.connections.ofUser(userId).some(({ state, rooms }) => state.isThrough && rooms.has(room));
  }

  private announce(event: 'user_joined' | 'user_left', { id, state }: Connection, groupId: GroupId): void {
    const { userId } = state.actor;
    this.smallRooms([groupId])
      .then((audience) => {
        // Meanwhile it may have been overtaken: the news that came of that says what holds now.
        if (this.isReceiving(userId, groupId) !== (event === 'user_joined')) return;
        const connectionCount = this.connections.roomSize(rooms.group(groupId));
        this.connections.send(audience, { event, payload: { groupId, userId, connectionCount } }, { except: id });
      })
      .catch((error: unknown) => {
        // The news of a connection is a courtesy; the next one brings the right count.
        this.logger.warn({ err: error, groupId }, `${event} could not be announced`);
      });
  }
}
