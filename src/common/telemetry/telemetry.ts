import { Inject, Injectable } from '@nestjs/common';

import { dashboardWindows, slowQueryMs } from '../../../contract/dashboard.js';
import { problems, type ProblemCode } from '../../../contract/problems.js';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.js';
import { Clock } from '../clock.js';
import { LatencyHistogram } from './latency-histogram.js';
import { Ring } from './ring.js';
import { CountWindow, LatencyWindow } from './sliding-window.js';

type Transport = 'socket.io' | 'websocket';

/** One HTTP request that was answered. Of its path only the template is known here, as the path may carry secrets. */
export interface RequestRecord {
  at: number;
  correlationId: string;
  method: string;
  route: string;
  status: number;
  durationMs: number;
  userId: string | null;
  code: ProblemCode | null;
}

/** One event of a client, over either kind of socket. */
export interface SocketEventRecord {
  at: number;
  correlationId: string;
  transport: Transport;
  event: string;
  durationMs: number;
  userId: string;
  code: ProblemCode | null;
}

/** The beginning or the end of a connection. */
export interface ConnectionRecord {
  at: number;
  kind: 'connect' | 'disconnect';
  transport: Transport;
  connectionId: string;
  userId: string;
  correlationId: string;
  reason: string | null;
}

/** A request or an event that was refused or failed. */
export interface ErrorRecord {
  at: number;
  correlationId: string;
  source: 'http' | 'socket';
  what: string;
  status: number;
  code: ProblemCode | null;
  userId: string | null;
}

/** A command that the database took long for. */
export interface SlowQueryRecord {
  at: number;
  collection: string | null;
  command: string;
  filterShape: string | null;
  durationMs: number;
  failed: boolean;
  correlationId: string | null;
}

const sliceMs = dashboardWindows.seriesStepSeconds * 1000;
/** One slice more than is looked at, as the present one has only begun. */
const recentSlices = (dashboardWindows.recentSeconds * 1000) / sliceMs + 1;
const endpointSliceMs = 300_000;
const endpointSlices = (dashboardWindows.endpointsSeconds * 1000) / endpointSliceMs;

const remembered = {
  requests: 1_000,
  slowRequests: 100,
  errors: 500,
  socketEvents: 1_000,
  connections: 200,
  queries: 50,
};

/** What is counted of one route, or of one command of the database. */
export class RouteTally {
  readonly recent = new LatencyWindow(endpointSlices, endpointSliceMs);
  readonly errors = new CountWindow(endpointSlices, endpointSliceMs);
  readonly refused = new CountWindow(endpointSlices, endpointSliceMs);
  /** Since the start, for Prometheus. */
  readonly whole = new LatencyHistogram();
  readonly byStatus = new Map<number, number>();
}

const nobody = '';
const requestSlot = (): RequestRecord => ({
  at: 0,
  correlationId: nobody,
  method: '',
  route: '',
  status: 0,
  durationMs: 0,
  userId: null,
  code: null,
});

/**
 * What the server has done, remembered in a bounded place: counters, histograms with fixed buckets, and rings of the
 * last ones. Everyone may write here, a few increments at a time and never waiting for anything; who reads it shows it
 * to operators. No text of a message, no address, no token, no path as it was asked for.
 */
@Injectable()
export class Telemetry {
  readonly startedAt: number;
  /** Off, everything else works as ever; for those who want to know what it costs. */
  readonly isOn: boolean;

  // HTTP, without the routes of operators: who looks at the dashboard must not see himself.
  readonly latency = new LatencyWindow(recentSlices, sliceMs);
  readonly requests = new CountWindow(recentSlices, sliceMs);
  readonly errors = new CountWindow(recentSlices, sliceMs);
  readonly refused = new CountWindow(recentSlices, sliceMs);
  readonly slow = new CountWindow(recentSlices, sliceMs);
  readonly verySlow = new CountWindow(recentSlices, sliceMs);
  /** Method → route template → tally; all routes. */
  readonly routes = new Map<string, Map<string, RouteTally>>();
  inFlight = 0;

  // Sockets.
  readonly eventsIn = new CountWindow(recentSlices, sliceMs);
  readonly eventsOut = new CountWindow(recentSlices, sliceMs);
  /** Event → how it ended (`ok` or a problem code) → how often. */
  readonly eventsByName = new Map<string, Map<string, number>>();
  readonly eventLatency = new LatencyHistogram();
  connects = 0;
  disconnects = 0;
  readonly refusedHandshakes = new Map<string, number>();

  // The database.
  readonly commandLatency = new LatencyWindow(recentSlices, sliceMs);
  readonly commands = new CountWindow(recentSlices, sliceMs);
  readonly failedCommands = new CountWindow(recentSlices, sliceMs);
  slowCommands = 0;
  readonly commandTimes = new Map<string, LatencyHistogram>();
  readonly pool = { open: 0, inUse: 0, waiting: 0 };

  // The writer of the logs.
  readonly delivery = new LatencyWindow(recentSlices, sliceMs);
  readonly deliveryWhole = new LatencyHistogram();

  readonly lastRequests = new Ring<RequestRecord>(remembered.requests, requestSlot);
  readonly lastSlowRequests = new Ring<RequestRecord>(remembered.slowRequests, requestSlot);
  readonly lastErrors = new Ring<ErrorRecord>(remembered.errors, () => ({
    at: 0,
    correlationId: nobody,
    source: 'http',
    what: '',
    status: 0,
    code: null,
    userId: null,
  }));
  readonly lastSocketEvents = new Ring<SocketEventRecord>(remembered.socketEvents, () => ({
    at: 0,
    correlationId: nobody,
    transport: 'socket.io',
    event: '',
    durationMs: 0,
    userId: nobody,
    code: null,
  }));
  readonly lastConnections = new Ring<ConnectionRecord>(remembered.connections, () => ({
    at: 0,
    kind: 'connect',
    transport: 'socket.io',
    connectionId: '',
    userId: nobody,
    correlationId: nobody,
    reason: null,
  }));
  readonly lastSlowQueries = new Ring<SlowQueryRecord>(remembered.queries, () => ({
    at: 0,
    collection: null,
    command: '',
    filterShape: null,
    durationMs: 0,
    failed: false,
    correlationId: null,
  }));

  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.startedAt = clock.now().getTime();
    this.isOn = settings.MONITORING_ENABLED;
  }

  /** @param isOperational of the routes that operators and load balancers ask all the time: counted by route only */
  request(record: Omit<RequestRecord, 'at'>, isOperational: boolean): void {
    if (!this.isOn) return;
    const now = this.now();
    const { method, route, status, durationMs } = record;
    const tally = this.tallyOf(method, route);
    tally.whole.observe(durationMs);
    tally.recent.observe(durationMs, now);
    tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + 1);
    if (status >= 500) tally.errors.add(now);
    else if (status >= 400) tally.refused.add(now);
    if (isOperational) return;
    this.requests.add(now);
    this.latency.observe(durationMs, now);
    fillRequest(this.lastRequests.take(), record, now);
    if (status >= 400) this.requestFailed(record, now);
    if (durationMs < this.settings.SLOW_REQUEST_MS) return;
    this.slow.add(now);
    if (durationMs >= this.settings.VERY_SLOW_REQUEST_MS) this.verySlow.add(now);
    fill(this.lastSlowRequests.take(), record, now);
  }

  /** An event of a client was served, or refused with `code`. */
  socketEvent(record: Omit<SocketEventRecord, 'at'>): void {
    if (!this.isOn) return;
    const now = this.now();
    const { event, code } = record;
    this.eventsIn.add(now);
    this.eventLatency.observe(record.durationMs);
    const outcomes = this.eventsByName.get(event) ?? new Map<string, number>();
    if (outcomes.size === 0) this.eventsByName.set(event, outcomes);
    const outcome = code ?? 'ok';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    fill(this.lastSocketEvents.take(), record, now);
    if (code !== null) this.socketFailed(event, record.correlationId, record.userId, code);
  }

  /** Something was refused to a client on a socket, or before it had one. */
  socketFailed(what: string, correlationId: string, userId: string | null, code: ProblemCode): void {
    if (!this.isOn) return;
    const status = problems[code].status;
    fill(this.lastErrors.take(), { correlationId, source: 'socket', what, status, code, userId }, this.now());
  }

  handshakeRefused(what: string, correlationId: string, code: ProblemCode): void {
    if (!this.isOn) return;
    this.refusedHandshakes.set(code, (this.refusedHandshakes.get(code) ?? 0) + 1);
    this.socketFailed(what, correlationId, null, code);
  }

  connection(record: Omit<ConnectionRecord, 'at'>): void {
    if (!this.isOn) return;
    if (record.kind === 'connect') this.connects += 1;
    else this.disconnects += 1;
    fill(this.lastConnections.take(), record, this.now());
  }

  /** @param receivers how many open sockets it was handed to */
  eventSent(receivers: number): void {
    if (this.isOn && receivers > 0) this.eventsOut.add(this.now(), receivers);
  }

  /** A message was handed to everyone who is connected, so long after it was taken. */
  delivered(ms: number): void {
    if (!this.isOn) return;
    this.delivery.observe(ms, this.now());
    this.deliveryWhole.observe(ms);
  }

  /** @param describe asked only when the command was slow */
  command(
    command: string,
    durationMs: number,
    failed: boolean,
    describe: () => Pick<SlowQueryRecord, 'collection' | 'filterShape' | 'correlationId'>,
  ): void {
    if (!this.isOn) return;
    const now = this.now();
    this.commands.add(now);
    this.commandLatency.observe(durationMs, now);
    if (failed) this.failedCommands.add(now);
    let times = this.commandTimes.get(command);
    if (times === undefined) this.commandTimes.set(command, (times = new LatencyHistogram()));
    times.observe(durationMs);
    if (durationMs < slowQueryMs) return;
    this.slowCommands += 1;
    fill(this.lastSlowQueries.take(), { command, durationMs, failed, ...describe() }, now);
  }

  private requestFailed(
    { correlationId, method, route, status, code, userId }: Omit<RequestRecord, 'at'>,
    now: number,
  ) {
    if (status >= 500) this.errors.add(now);
    else this.refused.add(now);
    const what = `${method} ${route}`;
    fill(this.lastErrors.take(), { correlationId, source: 'http', what, status, code, userId }, now);
  }

  private tallyOf(method: string, route: string): RouteTally {
    let routes = this.routes.get(method);
    if (routes === undefined) this.routes.set(method, (routes = new Map<string, RouteTally>()));
    let tally = routes.get(route);
    if (tally === undefined) routes.set(route, (tally = new RouteTally()));
    return tally;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function fill<Slot extends { at: number }>(slot: Slot, values: Omit<Slot, 'at'>, at: number): void {
  Object.assign(slot, values);
  slot.at = at;
}

/** {@link fill} for what every request does: field by field it takes a tenth of the time. */
function fillRequest(slot: RequestRecord, values: Omit<RequestRecord, 'at'>, at: number): void {
  slot.at = at;
  slot.correlationId = values.correlationId;
  slot.method = values.method;
  slot.route = values.route;
  slot.status = values.status;
  slot.durationMs = values.durationMs;
  slot.userId = values.userId;
  slot.code = values.code;
}
