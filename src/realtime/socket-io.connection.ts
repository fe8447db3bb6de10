import { closeCodes, firstFinalCode, type CloseReason } from '../../contract/close-codes.js';
import { limits } from '../../contract/limits.js';
import type { ChatSocket } from './chat-server.js';
import type { Connection, ConnectionState, WireEvent } from './connection.js';

/** A Socket.IO socket as a connection. */
export class SocketIoConnection implements Connection {
  readonly transport = 'socket.io';

  constructor(
    private readonly socket: ChatSocket,
    readonly state: ConnectionState,
  ) {}

  get id(): string {
    return this.socket.id;
  }

  isOpen(): boolean {
    return this.socket.connected && this.socket.conn.readyState === 'open';
  }

  get rooms(): ReadonlySet<string> {
    return this.socket.rooms;
  }

  /** What lies in Engine.IO's own queue; counted up to the limit only. */
  get waitingBytes(): number {
    const { writeBuffer } = this.socket.conn as unknown as { writeBuffer: readonly { data?: unknown }[] };
    let bytes = 0;
    for (const { data } of writeBuffer) {
      if (typeof data === 'string') bytes += data.length;
      if (bytes > limits.socket.maxWaitingBytes) break;
    }
    return bytes;
  }

  join(room: string): void {
    // Nobody would take it out of the room again.
    if (this.isOpen()) void this.socket.join(room);
  }

  leave(room: string): void {
    void this.socket.leave(room);
  }

  emit({ event, payload }: WireEvent): void {
    // A union of events is one call for the compiler only when one name stands for all.
    this.socket.emit(event as 'error', payload as never);
  }

  /**
   * Socket.IO has no close codes of ours: what was sent before says why. Its clients come back by themselves when the
   * transport ends, and stay away when the server has disconnected them. Either way what was sent before goes out.
   */
  close(reason: CloseReason): void {
    this.state.isTurnedAway = true;
    this.state.closeReason ??= reason;
    if (closeCodes[reason] < firstFinalCode) this.socket.conn.close();
    else this.socket.disconnect(true);
  }

  cut(reason: CloseReason): void {
    this.state.isTurnedAway = true;
    this.state.closeReason ??= reason;
    this.socket.conn.close(true);
  }
}
