import type { DefaultEventsMap, Server, Socket } from 'socket.io';

import type {
  ClientToServerEvents,
  ServerEvents,
  ServerEventName,
  ServerToClientEvents,
} from '../../contract/events.js';
import type { Actor } from '../common/actor.js';
import type { GroupId } from '../common/ids.js';

/** One event for a client, before it is encoded. */
export type WireEvent = { [Name in ServerEventName]: { event: Name; payload: ServerEvents[Name] } }[ServerEventName];

/** What is known of a socket while it connects: live events wait here until its snapshot was sent. */
export interface Gate {
  held: WireEvent[];
  /** Groups that were joined or left meanwhile: what the snapshot says of them is older. */
  changed: Set<GroupId>;
}

export interface SocketData {
  actor: Actor;
  gate: Gate | null;
  /** Events refused in a row. */
  refusedInARow: number;
  /** The present second of the event budget. */
  budget: { second: number; used: number };
  /** Messages that have no turn in the log yet. */
  waiting: number;
  /** Ends when the message before has its turn in the log. */
  lastAccepted: Promise<unknown>;
}

export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
