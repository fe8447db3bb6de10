import type { GroupId } from '../ids.js';

/** How many connections of each kind. */
export interface ConnectionCounts {
  socketIo: number;
  websocket: number;
}

/** How the sockets of this node are in this moment. */
export interface RealtimeState {
  connections: ConnectionCounts;
  /** Different users among them. */
  users: number;
  /** Events of clients that wait or are being served. */
  clientEvents: number;
  /** Bytes that wait for readers, over all connections, and for the one with the most. */
  waitingBytes: number;
  mostWaitingBytes: number;
}

/** What operators want to know of the sockets: asked by whoever shows it, known by the realtime module. */
export abstract class RealtimeGauges {
  /** Cheap: asked every few seconds. */
  abstract connections(): ConnectionCounts;

  /** Looks at every connection: asked when somebody wants to see it. */
  abstract state(): RealtimeState;

  /** The groups with the most connections, most first. */
  abstract busiestGroups(limit: number): (ConnectionCounts & { groupId: GroupId })[];
}
