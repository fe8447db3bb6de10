import type { GroupId } from '../common/ids.js';
import type { ClosedGate, Connection, WireEvent } from './connection.js';
import { rooms } from './rooms.js';

/** A connection for which so many live events wait is cut: its client comes back and catches up with `sync`. */
const maxHeld = 5_000;

/** Holds the live events of one connection back while it is told of what was before them. */
export class Gate implements ClosedGate {
  private held: WireEvent[] = [];
  readonly changed = new Set<GroupId>();

  private constructor(private readonly connection: Connection) {}

  /** Closes the gate of a connection. Opened by {@link open}, which whoever closes it must come to call. */
  static close(connection: Connection): Gate {
    const gate = new Gate(connection);
    connection.state.gate = gate;
    connection.join(rooms.held);
    return gate;
  }

  hold(wire: WireEvent): void {
    if (!this.connection.isOpen()) return;
    this.held.push(wire);
    if (this.held.length <= maxHeld) return;
    this.held = [];
    this.connection.cut('too_slow');
  }

  /** Opened once; what is done later has no effect. */
  open(wanted: (wire: WireEvent) => boolean = () => true): void {
    if (this.connection.state.gate !== this) return;
    this.connection.leave(rooms.held);
    this.connection.state.gate = null;
    for (const wire of this.held) if (wanted(wire)) this.connection.emit(wire);
    this.held = [];
  }
}
