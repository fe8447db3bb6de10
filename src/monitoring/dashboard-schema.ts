import type { ApiResponseSchemaHost } from '@nestjs/swagger';

import type {
  ConnectionLogEntry,
  DashboardLogs,
  ErrorLogEntry,
  RequestLogEntry,
  SlowQuery,
  SocketEventLogEntry,
} from '../../contract/dashboard-logs.js';
import type {
  DashboardAccessView,
  DashboardCounts,
  DashboardData,
  DashboardDatabase,
  DashboardPerformance,
  DashboardRealtime,
  DashboardSeries,
  DashboardStatus,
  DashboardSystem,
  EndpointRow,
  GradedValue,
  Percentiles,
  TopGroup,
} from '../../contract/dashboard.js';
import { problems } from '../../contract/problems.js';

type Schema = Exclude<ApiResponseSchemaHost['schema'], { $ref: string }>;

/** Every field of a type, by name: one that is missing here, or not in the type, does not compile. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- whoever calls it names the type that the fields are held to
function object<Shape>(properties: { [Name in keyof Shape]-?: Schema }): Schema {
  return { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function oneOf(...values: string[]): Schema {
  return { type: 'string', enum: values };
}

function orNull(schema: Schema): Schema {
  return {
    ...schema,
    nullable: true,
    ...(schema.enum !== undefined && { enum: [...(schema.enum as string[]), null] }),
  };
}

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const count: Schema = { type: 'integer', minimum: 0 };
const amount: Schema = { type: 'number', minimum: 0 };
const flag: Schema = { type: 'boolean' };
const time: Schema = { type: 'string', format: 'date-time' };
const id: Schema = { type: 'string', format: 'uuid' };
const level = oneOf('green', 'orange', 'red');
const graded = object<GradedValue>({ value: orNull(amount), level });
const percentiles = {
  p50Ms: orNull(amount),
  p95Ms: orNull(amount),
  p99Ms: orNull(amount),
} satisfies Record<keyof Percentiles, Schema>;
const transport = oneOf('socket.io', 'websocket');
const code = orNull(oneOf(...Object.keys(problems)));
const user = { userId: id, username: orNull(text) };
const userOrNone = { userId: orNull(id), username: orNull(text) };

const status = object<DashboardStatus>({
  level,
  reasons: list(object<DashboardStatus['reasons'][number]>({ level, text })),
  api: object<DashboardStatus['api']>({ state: oneOf('starting', 'serving', 'draining'), level }),
  database: object<DashboardStatus['database']>({ state: oneOf('up', 'down'), level, pingMs: orNull(amount) }),
  uptimeSeconds: count,
  version: text,
  connections: graded,
  requests: count,
  errorRatePercent: graded,
  averageResponseMs: graded,
  p95ResponseMs: graded,
});

const system = object<DashboardSystem>({
  process: object<DashboardSystem['process']>({
    pid: count,
    nodeVersion: text,
    residentMb: amount,
    residentPercent: amount,
    heapUsedMb: amount,
    heapLimitMb: amount,
    heapPercent: graded,
    externalMb: amount,
  }),
  cpuPercent: graded,
  loadAverage: list(number),
  cores: count,
  eventLoop: object<DashboardSystem['eventLoop']>({
    delayP50Ms: orNull(amount),
    delayP99Ms: graded,
    delayMaxMs: orNull(amount),
    utilizationPercent: amount,
  }),
  garbageCollection: object<DashboardSystem['garbageCollection']>({
    collections: count,
    longestMs: orNull(amount),
    percent: graded,
  }),
  memory: object<DashboardSystem['memory']>({ totalMb: amount, usedMb: amount, usedPercent: graded }),
});

const slowQuery = object<SlowQuery>({
  at: time,
  collection: orNull(text),
  command: text,
  filterShape: orNull(text),
  durationMs: amount,
  failed: flag,
  correlationId: orNull(text),
});

const counts = object<DashboardCounts>({
  countedAt: time,
  groups: count,
  users: count,
  messages: count,
  activeMessages: count,
  deletedMessages: count,
  deletionRatePercent: amount,
  messagesPerGroup: amount,
  messagesIn24h: count,
  groupsIn24h: count,
  topGroups: list(
    object<TopGroup>({
      groupId: id,
      name: orNull(text),
      kind: oneOf('direct', 'group', 'channel'),
      messages: count,
      lastActivityAt: orNull(time),
    }),
  ),
});

const database = object<DashboardDatabase>({
  state: oneOf('up', 'down'),
  isEmbedded: flag,
  counts: orNull(counts),
  commands: object<DashboardDatabase['commands']>({
    ...percentiles,
    total: count,
    failed: count,
    perSecond: amount,
    slow: count,
  }),
  pool: object<DashboardDatabase['pool']>({ open: count, inUse: count, waiting: count, max: count }),
  slowQueries: list(slowQuery),
  caches: list(
    object<DashboardDatabase['caches'][number]>({
      name: text,
      entries: count,
      hits: count,
      misses: count,
      hitRatePercent: orNull(amount),
    }),
  ),
});

const realtime = object<DashboardRealtime>({
  connections: object<DashboardRealtime['connections']>({
    total: count,
    socketIo: count,
    websocket: count,
    users: count,
    max: count,
  }),
  groups: list(
    object<DashboardRealtime['groups'][number]>({
      groupId: id,
      name: orNull(text),
      connections: count,
      socketIo: count,
      websocket: count,
    }),
  ),
  eventsInPerSecond: amount,
  eventsOutPerSecond: amount,
  eventsIn: count,
  eventsOut: count,
  queues: object<DashboardRealtime['queues']>({
    writer: graded,
    writerMax: count,
    clientEvents: count,
    waitingBytes: count,
    mostWaitingBytes: count,
  }),
  delivery: object<DashboardRealtime['delivery']>({ ...percentiles, p95: graded }),
  log: list(
    object<ConnectionLogEntry>({
      at: time,
      kind: oneOf('connect', 'disconnect'),
      transport,
      connectionId: text,
      reason: orNull(text),
      correlationId: text,
      ...user,
    }),
  ),
});

const performance = object<DashboardPerformance>({
  ...percentiles,
  requestsPerMinute: amount,
  averageMs: orNull(amount),
  slowMs: count,
  verySlowMs: count,
  slow: count,
  verySlow: count,
  errors: count,
  errorRatePercent: amount,
  refused: count,
});

const endpoint = object<EndpointRow>({
  method: text,
  route: text,
  requests: count,
  errors: count,
  refused: count,
  averageMs: orNull(amount),
  p95Ms: orNull(amount),
});

const request = object<RequestLogEntry>({
  at: time,
  correlationId: text,
  method: text,
  route: text,
  status: count,
  durationMs: amount,
  code,
  isSlow: flag,
  isVerySlow: flag,
  ...userOrNone,
});

const logs = object<DashboardLogs>({
  correlationId: orNull(text),
  slowRequests: list(request),
  errors: list(
    object<ErrorLogEntry>({
      at: time,
      correlationId: text,
      source: oneOf('http', 'socket'),
      what: text,
      status: count,
      code,
      ...userOrNone,
    }),
  ),
  requests: list(request),
  socketEvents: list(
    object<SocketEventLogEntry>({
      at: time,
      correlationId: text,
      transport,
      event: text,
      durationMs: amount,
      code,
      ...user,
    }),
  ),
});

const series = object<DashboardSeries>({
  stepSeconds: count,
  times: list(count),
  requestsPerSecond: list(amount),
  errorRatePercent: list(orNull(amount)),
  p50Ms: list(orNull(amount)),
  p95Ms: list(orNull(amount)),
  p99Ms: list(orNull(amount)),
  connections: list(count),
  eventsInPerSecond: list(amount),
  eventsOutPerSecond: list(amount),
  deliveryP95Ms: list(orNull(amount)),
  residentMb: list(amount),
  heapUsedMb: list(amount),
  cpuPercent: list(amount),
  eventLoopDelayP99Ms: list(orNull(amount)),
});

/** `GET /dashboard/api/data`, as the API documentation has it. */
export const dashboardSchema = object<DashboardData>({
  at: time,
  status,
  system,
  database,
  realtime,
  performance,
  endpoints: list(endpoint),
  logs,
  series,
});

/** `GET /dashboard/api/access`. */
export const dashboardAccessSchema = object<DashboardAccessView>({
  access: oneOf('open', 'token', 'admin'),
  isAllowed: flag,
  user: orNull(
    object<NonNullable<DashboardAccessView['user']>>({ userId: id, username: text, role: oneOf('user', 'admin') }),
  ),
  loginPath: text,
});
