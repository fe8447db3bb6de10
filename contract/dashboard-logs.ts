/** What happened last, each with the correlation id by which it is followed: the part of the dashboard that names people. */
import type { ProblemCode } from './problems.js';

/** Someone as an operator sees him. The name is `null` while it is not known, and for whoever is gone. */
export interface DashboardUser {
  userId: string;
  username: string | null;
}

/** A database command that took `slowQueryMs` or more: what it asked, never the values. */
export interface SlowQuery {
  at: string;
  collection: string | null;
  /** `find`, `aggregate`, `update` … */
  command: string;
  /** Field names and operators, such as `{groupId,rev:{$gt}}`. */
  filterShape: string | null;
  durationMs: number;
  failed: boolean;
  correlationId: string | null;
}

/** Why a connection ended: a reason of `contract/close-codes.ts` or of the transport, or `null` while it is unknown. */
export interface ConnectionLogEntry extends DashboardUser {
  at: string;
  kind: 'connect' | 'disconnect';
  transport: 'socket.io' | 'websocket';
  connectionId: string;
  reason: string | null;
  correlationId: string;
}

export interface RequestLogEntry {
  at: string;
  correlationId: string;
  method: string;
  route: string;
  status: number;
  durationMs: number;
  userId: string | null;
  username: string | null;
  /** What the client was told, when it was told of a problem. */
  code: ProblemCode | null;
  isSlow: boolean;
  isVerySlow: boolean;
}

export interface SocketEventLogEntry extends DashboardUser {
  at: string;
  correlationId: string;
  transport: 'socket.io' | 'websocket';
  /** A name of `clientEventNames`, or `(unknown)`. */
  event: string;
  durationMs: number;
  code: ProblemCode | null;
}

/** An answer or an event that ended in a problem: requests from 400 up, events that were refused. */
export interface ErrorLogEntry {
  at: string;
  correlationId: string;
  source: 'http' | 'socket';
  /** `GET /api/v1/groups/{id}`, or the name of the event. */
  what: string;
  status: number;
  code: ProblemCode | null;
  userId: string | null;
  username: string | null;
}

/**
 * Newest first. With `?correlationId=`, whatever is still remembered of that one request (the server remembers the last
 * 1,000 requests and as many events), without it the last ones.
 */
export interface DashboardLogs {
  /** What was asked for, or `null`. */
  correlationId: string | null;
  /** The last 10. */
  slowRequests: RequestLogEntry[];
  /** The last 20 of each. */
  errors: ErrorLogEntry[];
  requests: RequestLogEntry[];
  socketEvents: SocketEventLogEntry[];
}
