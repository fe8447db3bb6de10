import type { DefaultEventsMap, Server, Socket } from 'socket.io';

import type { ClientToServerEvents, ServerToClientEvents } from '../../contract/events.js';
import type { Connection } from './connection.js';

interface SocketData {
  connection: Connection;
}

/** Socket.IO's server and socket, typed by the contract. */
export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
