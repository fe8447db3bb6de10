import { Injectable, Logger } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { MembersService } from '../groups/members.service.js';
import type { ChatSocket } from './chat-server.js';
import { LiveSockets } from './live-sockets.js';
import { rooms } from './rooms.js';

/** Who receives a group live, and the news of someone's first or last connection to it. */
@Injectable()
export class Audience {
  private readonly logger = new Logger(Audience.name);

  constructor(
    private readonly sockets: LiveSockets,
    private readonly members: MembersService,
  ) {}

  /** The user's open sockets start to receive the group. */
  joinUser(groupId: GroupId, userId: UserId): void {
    for (const socket of this.sockets.ofUser(userId)) {
      this.sockets.noteChange(socket, groupId);
      this.join(socket, groupId);
    }
  }

  /** The user's open sockets stop to receive the group. */
  leaveUser(groupId: GroupId, userId: UserId): void {
    for (const socket of this.sockets.ofUser(userId)) {
      this.sockets.noteChange(socket, groupId);
      this.leave(socket, groupId);
    }
  }

  leaveAll(groupId: GroupId): void {
    for (const socket of this.sockets.inRoom(rooms.group(groupId))) {
      this.sockets.noteChange(socket, groupId);
      void socket.leave(rooms.group(groupId));
    }
  }

  /** One socket starts to receive the group; a socket that is still connecting is announced when it is through. */
  join(socket: ChatSocket, groupId: GroupId): void {
    const room = rooms.group(groupId);
    if (socket.rooms.has(room)) return;
    void socket.join(room);
    if (socket.data.gate === null) this.announceJoin(socket, groupId);
  }

  /** One socket stops to receive the group. */
  leave(socket: ChatSocket, groupId: GroupId): void {
    const room = rooms.group(groupId);
    if (!socket.rooms.has(room)) return;
    void socket.leave(room);
    if (socket.data.gate === null) this.announceLeave(socket, groupId);
  }

  announceJoin(socket: ChatSocket, groupId: GroupId): void {
    if (this.connectionsOf(socket.data.actor.userId, groupId) === 1) this.announce('user_joined', socket, groupId);
  }

  /** Called when the socket is out of the room, or about to be. */
  announceLeave(socket: ChatSocket, groupId: GroupId): void {
    // A socket that goes while it connects was never announced.
    if (socket.data.gate !== null) return;
    const isStillIn = socket.rooms.has(rooms.group(groupId));
    const left = this.connectionsOf(socket.data.actor.userId, groupId) - (isStillIn ? 1 : 0);
    if (left === 0) this.announce('user_left', socket, groupId);
  }

  private connectionsOf(userId: UserId, groupId: GroupId): number {
    const room = rooms.group(groupId);
    return this.sockets.ofUser(userId).filter((socket) => socket.data.gate === null && socket.rooms.has(room)).length;
  }

  private announce(event: 'user_joined' | 'user_left', socket: ChatSocket, groupId: GroupId): void {
    const { userId } = socket.data.actor;
    const { id } = socket;
    this.members
      .count(groupId)
      .then((memberCount) => {
        if (memberCount > limits.audience.maxMembers) return;
        const room = rooms.group(groupId);
        const connectionCount = this.sockets.roomSize(room);
        this.sockets.send(room, { event, payload: { groupId, userId, connectionCount } }, { except: id });
      })
      .catch((error: unknown) => {
        // The news of a connection is a courtesy; the next one brings the right count.
        this.logger.warn({ err: error, groupId }, `${event} could not be announced`);
      });
  }
}
