/**
 * What the dashboard shows: the whole answer of `GET /dashboard/api/data`, and of the two small routes beside it. Times
 * are ISO 8601 in UTC with milliseconds, those of the series Unix seconds; units stand in the names; a percentage is
 * 0..100. `null` means "not measured yet", never zero. Nothing here carries an e-mail address, the text of a message, a
 * token, or a path with what a client put into it.
 */
import type { ConnectionLogEntry, DashboardLogs, SlowQuery } from './dashboard-logs.js';
import type { GroupKind, UserRole } from './views.js';

/** How good a value is: the server grades, the page only colours. */
export type DashboardLevel = 'green' | 'orange' | 'red';

/** From `orange` on a value is worth a look, from `red` on it wants somebody now. */
export interface DashboardThreshold {
  orange: number;
  red: number;
}

/** Where each grade begins, once: the server grades by this table, and the documentation and the alert rules quote it. */
export const dashboardThresholds = {
  /** Answers of 500 and above among all. */
  errorRatePercent: { orange: 1, red: 5 },
  averageResponseMs: { orange: 200, red: 1_000 },
  p95ResponseMs: { orange: 500, red: 1_000 },
  /** Of the connections that the server takes at most. */
  connectionsPercent: { orange: 80, red: 95 },
  /** From the database's taking a message to handing it to the last open socket of the group. */
  p95DeliveryMs: { orange: 500, red: 2_000 },
  /** What waits for the database, of what may wait. */
  writerQueuePercent: { orange: 20, red: 80 },
  eventLoopDelayP99Ms: { orange: 50, red: 200 },
  /** Of one core: JavaScript runs on one, so 100 is full whatever the machine has; more is native work beside it. */
  cpuPercent: { orange: 80, red: 95 },
  /** The heap, of what Node lets it grow to. */
  heapPercent: { orange: 75, red: 90 },
  systemMemoryPercent: { orange: 85, red: 95 },
  garbageCollectionPercent: { orange: 5, red: 15 },
} as const satisfies Record<string, DashboardThreshold>;

/** A database command that takes so long is shown among the slow ones, and logged. */
export const slowQueryMs = 100;

/** How long the values are gathered that are "of late": rates, averages, percentiles. */
export const dashboardWindows = {
  /** Status bar, performance, realtime. */
  recentSeconds: 300,
  /** The table of endpoints. */
  endpointsSeconds: 3_600,
  /** One point of the series. */
  seriesStepSeconds: 10,
  seriesSeconds: 3_600,
} as const;

/** A value with its grade. */
export interface GradedValue {
  value: number | null;
  /** `green` while there is nothing to grade. */
  level: DashboardLevel;
}

/** Milliseconds; `null` while there was nothing to measure. */
export interface Percentiles {
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

export type ApiState = 'starting' | 'serving' | 'draining';
export type DatabaseState = 'up' | 'down';

/** The bar at the top: is anything wrong? */
export interface DashboardStatus {
  /** The worst of all levels in this answer. */
  level: DashboardLevel;
  /** What is not green, worst first, one sentence each, for people. */
  reasons: { level: DashboardLevel; text: string }[];
  api: { state: ApiState; level: DashboardLevel };
  database: { state: DatabaseState; level: DashboardLevel; pingMs: number | null };
  uptimeSeconds: number;
  version: string;
  /** Live connections of this node, of both transports. */
  connections: GradedValue;
  /** Since the start. */
  requests: number;
  /** Of the last five minutes, as the three below. */
  errorRatePercent: GradedValue;
  averageResponseMs: GradedValue;
  p95ResponseMs: GradedValue;
}

/** The process and the machine. */
export interface DashboardSystem {
  process: {
    pid: number;
    nodeVersion: string;
    /** Memory that the process holds, of whatever kind. */
    residentMb: number;
    /** Of the machine's memory (or of the container's limit). */
    residentPercent: number;
    heapUsedMb: number;
    heapLimitMb: number;
    heapPercent: GradedValue;
    externalMb: number;
  };
  /** Of one core, over the last ten seconds. */
  cpuPercent: GradedValue;
  loadAverage: number[];
  cores: number;
  eventLoop: {
    delayP50Ms: number | null;
    delayP99Ms: GradedValue;
    delayMaxMs: number | null;
    utilizationPercent: number;
  };
  garbageCollection: {
    /** Since the start. */
    collections: number;
    /** The longest of the last five minutes. */
    longestMs: number | null;
    /** Of the last five minutes, how much went into it. */
    percent: GradedValue;
  };
  memory: { totalMb: number; usedMb: number; usedPercent: GradedValue };
}

export interface TopGroup {
  groupId: string;
  /** `null` for a direct conversation. */
  name: string | null;
  kind: GroupKind;
  messages: number;
  lastActivityAt: string | null;
}

/** What is counted in the background, at most once a minute: an answer never counts anything itself. */
export interface DashboardCounts {
  /** When these were counted. */
  countedAt: string;
  groups: number;
  users: number;
  messages: number;
  activeMessages: number;
  deletedMessages: number;
  /** Deleted of all. */
  deletionRatePercent: number;
  messagesPerGroup: number;
  /** Created in the last 24 hours. */
  messagesIn24h: number;
  groupsIn24h: number;
  /** The ten with the most messages, most first. */
  topGroups: TopGroup[];
}

export interface DashboardDatabase {
  state: DatabaseState;
  isEmbedded: boolean;
  /** `null` until they have been counted for the first time. */
  counts: DashboardCounts | null;
  commands: Percentiles & {
    /** Since the start. */
    total: number;
    failed: number;
    perSecond: number;
    slow: number;
  };
  /** The driver's connections to the database. */
  pool: { open: number; inUse: number; waiting: number; max: number };
  /** The last 20, newest first. */
  slowQueries: SlowQuery[];
  /** Since the start; the rate is `null` before the first look. */
  caches: { name: string; entries: number; hits: number; misses: number; hitRatePercent: number | null }[];
}

export interface DashboardRealtime {
  connections: { total: number; socketIo: number; websocket: number; users: number; max: number };
  /** The 20 groups with the most live connections, most first. */
  groups: { groupId: string; name: string | null; connections: number; socketIo: number; websocket: number }[];
  eventsInPerSecond: number;
  eventsOutPerSecond: number;
  /** Since the start; out: one for each receiver. */
  eventsIn: number;
  eventsOut: number;
  queues: {
    /** Messages and changes that wait for the database. */
    writer: GradedValue;
    writerMax: number;
    /** Events of clients that wait or are being served. */
    clientEvents: number;
    /** Bytes that wait for readers, over all connections, and for the slowest one. */
    waitingBytes: number;
    mostWaitingBytes: number;
  };
  /** From taking a message to having handed it to every open socket of its group. */
  delivery: Percentiles & { p95: GradedValue };
  /** The last 20, newest first. */
  log: ConnectionLogEntry[];
}

/** Of the last five minutes unless the name says otherwise. */
export interface DashboardPerformance extends Percentiles {
  requestsPerMinute: number;
  averageMs: number | null;
  slowMs: number;
  verySlowMs: number;
  /** At least `slowMs`, and of them at least `verySlowMs`. */
  slow: number;
  verySlow: number;
  /** Answers of 500 and above. */
  errors: number;
  errorRatePercent: number;
  /** Answers of 400 to 499. */
  refused: number;
}

/** One row of the last hour; `route` is the template, such as `/api/v1/groups/{id}`, or `(none)` for what is no route. */
export interface EndpointRow {
  method: string;
  route: string;
  requests: number;
  /** Answers of 500 and above, and of 400 to 499. */
  errors: number;
  refused: number;
  averageMs: number | null;
  p95Ms: number | null;
}

/** Columns of equal length, oldest first, one point for each {@link dashboardWindows.seriesStepSeconds}. */
export interface DashboardSeries {
  stepSeconds: number;
  /** Unix seconds: the end of each step. */
  times: number[];
  requestsPerSecond: number[];
  errorRatePercent: (number | null)[];
  p50Ms: (number | null)[];
  p95Ms: (number | null)[];
  p99Ms: (number | null)[];
  connections: number[];
  eventsInPerSecond: number[];
  eventsOutPerSecond: number[];
  deliveryP95Ms: (number | null)[];
  residentMb: number[];
  heapUsedMb: number[];
  cpuPercent: number[];
  eventLoopDelayP99Ms: (number | null)[];
}

/** `GET /dashboard/api/data`, `?correlationId=` to follow one request. */
export interface DashboardData {
  /** When this was put together. */
  at: string;
  status: DashboardStatus;
  system: DashboardSystem;
  database: DashboardDatabase;
  realtime: DashboardRealtime;
  performance: DashboardPerformance;
  /** Most requested first, at most 200. */
  endpoints: EndpointRow[];
  logs: DashboardLogs;
  series: DashboardSeries;
}

/**
 * Who sees the dashboard: everyone (`open`), whoever came once by the link with the secret (`token`), or admins who
 * log in (`admin`).
 */
export type DashboardAccessMode = 'open' | 'token' | 'admin';

/** `GET /dashboard/api/access`, open to everyone: what the page has to do before it can ask for data. */
export interface DashboardAccessView {
  access: DashboardAccessMode;
  /** Whether this browser gets data now. */
  isAllowed: boolean;
  /** Who is logged in, with `admin` only. */
  user: { userId: string; username: string; role: UserRole } | null;
  /** Where the page's login form posts `{ login, password }`, such as `/api/v1/auth/login`. */
  loginPath: string;
}

/**
 * `POST /dashboard/api/session`: with the access token of an admin, answered 204 with the cookie that the data route
 * asks for; 401 for a bad token, 403 for one who is no admin. `DELETE` of the same ends the session and the cookie: 204.
 */
export interface DashboardSessionRequest {
  accessToken: string;
}
