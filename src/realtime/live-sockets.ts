import { Injectable } from '@nestjs/common';

import type { GroupId, SessionId, UserId } from '../common/ids.js';
import type { ChatServer, ChatSocket, WireEvent } from './chat-server.js';
import { rooms } from './rooms.js';

/** The open sockets of this node and the rooms they are in. */
@Injectable()
export class LiveSockets {
  private server: ChatServer | undefined;

  /** Called once, when the gateway has its server. */
  serve(server: ChatServer): void {
    this.server = server;
  }

  /** All sockets of this node. */
  all(): Iterable<ChatSocket> {
    return this.server?.sockets.sockets.values() ?? [];
  }

  get count(): number {
    return this.server?.engine.clientsCount ?? 0;
  }

  /** The sockets in a room. */
  inRoom(room: string): ChatSocket[] {
    const { server } = this;
    if (server === undefined) return [];
    const ids = server.sockets.adapter.rooms.get(room) ?? [];
    return Array.from(ids, (id) => server.sockets.sockets.get(id)).filter((socket) => socket !== undefined);
  }

  roomSize(room: string): number {
    return this.server?.sockets.adapter.rooms.get(room)?.size ?? 0;
  }

  ofUser(userId: UserId): ChatSocket[] {
    return this.inRoom(rooms.user(userId));
  }

  /**
   * Sends to everyone in a room. Sockets that are still connecting get it after their snapshot.
   *
   * @param isVolatile may be lost by a socket that is busy sending
   */
  send(room: string, { event, payload }: WireEvent, options: { isVolatile?: boolean; except?: string } = {}): void {
    const { server } = this;
    if (server === undefined) return;
    const audience = server.to(room).except(rooms.connecting);
    const others = options.except === undefined ? audience : audience.except(options.except);
    // The union of events is one call for the compiler only when event and payload are seen to belong together.
    (options.isVolatile === true ? others.volatile : others).emit(event as 'error', payload as never);
    for (const socket of this.inRoom(rooms.connecting)) {
      if (socket.rooms.has(room) && socket.id !== options.except) {
        socket.data.gate?.held.push({ event, payload } as WireEvent);
      }
    }
  }

  /** Closes the sockets of a session, after what was sent to them. */
  closeSession(sessionId: SessionId): void {
    for (const socket of this.inRoom(rooms.session(sessionId))) {
      for (const held of socket.data.gate?.held ?? []) socket.emit(held.event as 'error', held.payload as never);
      socket.disconnect(true);
    }
  }

  /** Remembers, for sockets that are still connecting, that their snapshot will be older than this change. */
  noteChange(socket: ChatSocket, groupId: GroupId): void {
    socket.data.gate?.changed.add(groupId);
  }
}
