import type { CloseReason } from '../../contract/close-codes.js';
import type { ServerEventName, ServerEvents } from '../../contract/events.js';
import type { Actor } from '../common/actor.js';
import type { GroupId } from '../common/ids.js';

/** One event for a client, before it is encoded. */
export type WireEvent = { [Name in ServerEventName]: { event: Name; payload: ServerEvents[Name] } }[ServerEventName];

/** Holds the live events of a connection back. */
export interface ClosedGate {
  /** Groups that were joined or left meanwhile: what a snapshot says of them is older. */
  readonly changed: Set<GroupId>;
  hold(wire: WireEvent): void;
  /** Lets live events through, first those that were held and are `wanted`. */
  open(wanted?: (wire: WireEvent) => boolean): void;
}

/** What is known of a connection, whatever its transport. */
export interface ConnectionState {
  actor: Actor;
  readonly connectedAt: Date;
  /** When the access token ends. */
  expiresAt: Date;
  /** `token_expiring` was sent for this token. */
  isEndAnnounced: boolean;
  /** All groups of the user, or one. */
  scope: 'all' | GroupId;
  /** Groups of the user that its client does not want to hear of. */
  readonly unwanted: Set<GroupId>;
  /** The snapshot was sent and live events come: others are told that the user is there. */
  isThrough: boolean;
  /** The server has closed the connection: what its client has sent by then and waits is not served any more. */
  isTurnedAway: boolean;
  /** Live events wait here while the connection is being told of what was before them. */
  gate: ClosedGate | null;
  /** Resolves when the snapshot was sent; client events that come before it wait. */
  ready: Promise<void>;
  /** Client events that wait or are being served. */
  pending: number;
  /** Events refused in a row. */
  refusedInARow: number;
  /** The present second of the event budget. */
  budget: { second: number; used: number };
  /** Messages that have no turn in the log yet. */
  waiting: number;
  /** Ends when the message before has its turn in the log. */
  lastAccepted: Promise<unknown>;
  /** Of the handshake; events have one each. */
  readonly correlationId: string;
  /** Why the server closed it, when it did. */
  closeReason: CloseReason | null;
}

/** An authenticated connection of a client: Socket.IO or plain WebSocket. */
export interface Connection {
  readonly id: string;
  readonly transport: 'socket.io' | 'websocket';
  readonly state: ConnectionState;
  isOpen(): boolean;
  readonly rooms: ReadonlySet<string>;
  /** Bytes that wait for a reader that does not read. */
  readonly waitingBytes: number;
  join(room: string): void;
  leave(room: string): void;
  emit(wire: WireEvent): void;
  /** Closes when what was sent before is out. */
  close(reason: CloseReason): void;
  /** Closes at once. */
  cut(reason: CloseReason): void;
}

/** The state of a connection that was admitted just now. */
export function newState(
  actor: Actor,
  expiresAt: Date,
  scope: ConnectionState['scope'],
  { correlationId, connectedAt }: Pick<ConnectionState, 'correlationId' | 'connectedAt'>,
): ConnectionState {
  return {
    actor,
    connectedAt,
    expiresAt,
    isEndAnnounced: false,
    scope,
    unwanted: new Set(),
    isThrough: false,
    isTurnedAway: false,
    gate: null,
    ready: Promise.resolve(),
    pending: 0,
    refusedInARow: 0,
    budget: { second: 0, used: 0 },
    waiting: 0,
    lastAccepted: Promise.resolve(),
    correlationId,
    closeReason: null,
  };
}
