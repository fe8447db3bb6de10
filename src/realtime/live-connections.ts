import { Injectable } from '@nestjs/common';

import type { GroupId, SessionId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import type { ConnectionCounts } from '../common/telemetry/realtime-gauges.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import type { ChatServer } from './chat-server.js';
import type { Connection, WireEvent } from './connection.js';
import { encodeFrame, type PlainConnection } from './plain.connection.js';
import { RoomMembers } from './room-members.js';
import { groupsIn, rooms } from './rooms.js';

/** A busy connection is not given what it can do without. */
const volatileUpToBytes = 65_536;

interface SendOptions {
  /** May be lost by a connection that is busy sending. */
  isVolatile?: boolean;
  /** The id of a connection that is left out. */
  except?: string;
}

/** What nodes tell each other of events that come from no domain event. */
interface EventNews {
  audience: string | readonly string[];
  wire: WireEvent;
  options: SendOptions;
}

/** The open connections of this node, of both transports, and the rooms they are in. */
@Injectable()
export class LiveConnections {
  readonly plainRooms = new RoomMembers<PlainConnection>();
  private readonly plain = new Set<PlainConnection>();
  private server: ChatServer | undefined;

  constructor(
    private readonly nodes: OtherNodes,
    private readonly telemetry: Telemetry,
  ) {
    nodes.listen('event', (message) => {
      const { audience, wire, options } = message as EventNews;
      this.send(audience, wire, options);
    });
  }

  /** Called once, when the Socket.IO gateway has its server. */
  serve(server: ChatServer): void {
    this.server = server;
  }

  addPlain(connection: PlainConnection): void {
    this.plain.add(connection);
  }

  removePlain(connection: PlainConnection): void {
    this.plain.delete(connection);
    for (const room of [...connection.rooms]) connection.leave(room);
  }

  /** Connections of both transports, with those whose handshake is under way. */
  get count(): number {
    return (this.server?.engine.clientsCount ?? 0) + this.plain.size;
  }

  /** Connections of each transport. */
  get counts(): ConnectionCounts {
    return { socketIo: this.server?.sockets.sockets.size ?? 0, websocket: this.plain.size };
  }

  /** How many connections receive each group. */
  groupSizes(): (ConnectionCounts & { groupId: GroupId })[] {
    const { rooms: socketIo } = this.server?.sockets.adapter ?? { rooms: new Map<string, Set<string>>() };
    const names = new Set([...socketIo.keys(), ...this.plainRooms.names()]);
    return groupsIn(names).map((groupId) => {
      const room = rooms.group(groupId);
      return { groupId, socketIo: socketIo.get(room)?.size ?? 0, websocket: this.plainRooms.in(room).size };
    });
  }

  /** All connections of this node. */
  *all(): Iterable<Connection> {
    for (const socket of this.server?.sockets.sockets.values() ?? []) yield socket.data.connection;
    yield* this.plain;
  }

  /** The connections in a room. */
  inRoom(room: string): Connection[] {
    const found: Connection[] = [...this.plainRooms.in(room)];
    const { server } = this;
    for (const id of server?.sockets.adapter.rooms.get(room) ?? []) {
      const socket = server?.sockets.sockets.get(id);
      if (socket !== undefined) found.push(socket.data.connection);
    }
    return found;
  }

  roomSize(room: string): number {
    return (this.server?.sockets.adapter.rooms.get(room)?.size ?? 0) + this.plainRooms.in(room).size;
  }

  ofUser(userId: UserId): Connection[] {
    return this.inRoom(rooms.user(userId));
  }

  ofSession(sessionId: SessionId): Connection[] {
    return this.inRoom(rooms.session(sessionId));
  }

  /**
   * Sends to everyone on this node who is in some rooms, once each. Connections whose gate is closed get it when it
   * opens. A node that may not have heard of a removal sends nothing: it brings its connections up to date afterwards.
   */
  send(audience: string | readonly string[], wire: WireEvent, options: SendOptions = {}): void {
    const names = typeof audience === 'string' ? [audience] : audience;
    if (names.length === 0 || !this.nodes.isCurrent) return;
    this.sendSocketIo(names, wire, options);
    this.sendPlain(names, wire, options);
    this.telemetry.eventSent(this.receiversIn(names));
    for (const connection of this.inRoom(rooms.held)) {
      if (connection.id !== options.except && names.some((room) => connection.rooms.has(room))) {
        connection.state.gate?.hold(wire);
      }
    }
  }

  /** The same on every node. */
  sendEverywhere(audience: string | readonly string[], wire: WireEvent, options: SendOptions = {}): void {
    if (audience.length === 0) return;
    this.send(audience, wire, options);
    this.nodes.tell('event', { audience, wire, options } satisfies EventNews);
  }

  /** Whoever is in two of them is counted twice: walking over thousands to know better would cost more than it tells. */
  private receiversIn(names: readonly string[]): number {
    let count = 0;
    for (const room of names) count += this.roomSize(room);
    return count;
  }

  private sendSocketIo(names: readonly string[], { event, payload }: WireEvent, options: SendOptions): void {
    const { isVolatile, except } = options;
    if (this.server === undefined) return;
    const without = [
      rooms.held,
      ...(except === undefined ? [] : [except]),
      ...(isVolatile === true ? this.busy(names) : []),
    ];
    // A union of events is one call for the compiler only when one name stands for all.
    this.server
      .to([...names])
      .except(without)
      .emit(event as 'error', payload as never);
  }

  /**
   * The connections in some rooms with much that waits for them. (Socket.IO's own `volatile` leaves out everyone to whom
   * something is being written in this very moment: of two events in a row, the second would reach nobody.)
   */
  private busy(names: readonly string[]): string[] {
    return names.flatMap((room) =>
      this.inRoom(room).flatMap(({ id, waitingBytes }) => (waitingBytes > volatileUpToBytes ? [id] : [])),
    );
  }

  private sendPlain(names: readonly string[], wire: WireEvent, { isVolatile = false, except }: SendOptions): void {
    const receivers = new Set(names.flatMap((room) => [...this.plainRooms.in(room)]));
    if (receivers.size === 0) return;
    const frame = encodeFrame(wire);
    for (const connection of receivers) {
      const isBusy = isVolatile && connection.waitingBytes > volatileUpToBytes;
      if (connection.state.gate === null && connection.id !== except && !isBusy) connection.sendFrame(frame);
    }
  }
}
