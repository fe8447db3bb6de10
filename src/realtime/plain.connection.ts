import { randomUUID } from 'node:crypto';

import { WebSocket } from 'ws';

import { closeCodes, type CloseReason } from '../../contract/close-codes.js';
import type { Connection, ConnectionState, WireEvent } from './connection.js';
import type { RoomMembers } from './room-members.js';

const graceMs = 1_000;

/** A plain WebSocket as a connection: JSON frames with a `type`. */
export class PlainConnection implements Connection {
  readonly id = randomUUID();
  readonly transport = 'websocket';
  readonly rooms = new Set<string>();

  constructor(
    private readonly socket: WebSocket,
    private readonly membership: RoomMembers<PlainConnection>,
    readonly state: ConnectionState,
  ) {}

  isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  get waitingBytes(): number {
    return this.socket.bufferedAmount;
  }

  join(room: string): void {
    // Nobody would take it out of the room again.
    if (!this.isOpen()) return;
    this.rooms.add(room);
    this.membership.add(room, this);
  }

  leave(room: string): void {
    this.rooms.delete(room);
    this.membership.remove(room, this);
  }

  emit(wire: WireEvent): void {
    this.sendFrame(encodeFrame(wire));
  }

  /** Sends a frame that was encoded before: a broadcast is encoded once for all. */
  sendFrame(frame: Buffer): void {
    if (this.isOpen()) this.socket.send(frame, { binary: false });
  }

  /** @param reason why; the code tells the client whether to come back */
  close(reason: CloseReason): void {
    this.state.isTurnedAway = true;
    this.state.closeReason ??= reason;
    this.socket.close(closeCodes[reason], reason);
  }

  cut(reason: CloseReason): void {
    this.close(reason);
    // The close frame waits behind all that is not read: who begins to read now is told why.
    setTimeout(() => {
      this.socket.terminate();
    }, graceMs).unref();
  }
}

/** A server event as a frame. A problem stands under `error`, since it has a `type` of its own. */
export function encodeFrame({ event, payload }: WireEvent): Buffer {
  const frame = event === 'error' ? { type: event, error: payload } : { type: event, ...payload };
  return Buffer.from(JSON.stringify(frame));
}
