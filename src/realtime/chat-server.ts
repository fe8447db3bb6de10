import type { DefaultEventsMap, Server, Socket } from 'socket.io';

import type { ClientToServerEvents, ServerToClientEvents } from '../../contract/events.js';
import type { Connection } from './connection.js';

/**
 * A method of the gateway with Nest's pipes and filters around it. Resolves to the acknowledgement's data; to
 * `undefined` when the event was refused, and its filter has answered.
 */
export type EventHandler = (payload: unknown, acknowledge: unknown) => Promise<unknown>;

interface SocketData {
  connection: Connection;
  /** Event name → what serves it. */
  handlers: ReadonlyMap<string, EventHandler>;
}

/** Socket.IO's server and socket, typed by the contract. */
export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
