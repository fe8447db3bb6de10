/** `GET /websocket/status`, for admins: the sockets of this node, and the limits and the heartbeat that are in force. */
export interface WebSocketStatusView {
  connections: { total: number; socketIo: number; websocket: number; users: number };
  limits: {
    maxConnections: number;
    maxConnectionsPerUser: number;
    maxFrameBytes: number;
    maxWaitingBytes: number;
    eventsPerSecond: number;
    /** Events of one connection that wait or are being served. */
    maxPending: number;
    authenticationTimeoutMs: number;
  };
  heartbeat: { intervalMs: number; timeoutMs: number };
  /** What waits now: events of clients, and bytes for readers. */
  waiting: { clientEvents: number; bytes: number };
}

/** A row of `GET /websocket/clients`: one open connection. */
export interface WebSocketClientView {
  connectionId: string;
  userId: string;
  username: string | null;
  transport: 'socket.io' | 'websocket';
  connectedAt: string;
  /** When its token ends. */
  expiresAt: string;
  /** How many groups it receives live. */
  groups: number;
  /** Events that wait or are being served. */
  pendingEvents: number;
  waitingBytes: number;
}
