import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

import { RealtimeGauges } from '../common/telemetry/realtime-gauges.js';
import { Telemetry, type RouteTally } from '../common/telemetry/telemetry.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DatabaseHealth } from '../database/database-health.js';
import { LogWriter } from '../messages/log/log-writer.js';
import { batchSizeEdges } from '../messages/log/writer-statistics.js';
import { CacheGauges } from './cache-gauges.js';
import { DatabaseCounts } from './database-counts.js';
import { ReadMetrics, seconds, sizes } from './prometheus.js';
import { Readiness } from './readiness.js';
import { version } from '../common/package.js';

/** What Prometheus reads. Names follow https://prometheus.io/docs/practices/naming/: base units, `_total` for counters. */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  private readonly registry = new Registry();
  private readonly metrics = new ReadMetrics(this.registry);

  constructor(
    private readonly telemetry: Telemetry,
    private readonly realtime: RealtimeGauges,
    private readonly writer: LogWriter,
    private readonly caches: CacheGauges,
    private readonly counts: DatabaseCounts,
    private readonly health: DatabaseHealth,
    private readonly readiness: Readiness,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    if (telemetry.isOn) collectDefaultMetrics({ register: this.registry });
    this.ofServer();
    this.ofHttp();
    this.ofSockets();
    this.ofWriter();
    this.ofDatabase();
    this.ofCaches();
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private ofServer(): void {
    const { metrics } = this;
    metrics.gauge('confab_build_info', 'Always 1; what runs stands in the labels.', ['version', 'node'], () => [
      [{ version, node: process.version }, 1],
    ]);
    metrics.gauge('confab_ready', '1 when the server takes requests, 0 while it starts or drains.', [], () => [
      [{}, this.readiness.state === 'serving' ? 1 : 0],
    ]);
  }

  private ofHttp(): void {
    const { metrics, telemetry } = this;
    metrics.counter('confab_http_requests_total', 'Requests that were answered.', ['method', 'route', 'status'], () =>
      this.overRoutes(({ byStatus }, labels) =>
        Array.from(byStatus, ([status, count]) => [{ ...labels, status }, count] as const),
      ),
    );
    metrics.histogram(
      'confab_http_request_duration_seconds',
      'From the head of a request to the end of its answer.',
      () => this.overRoutes(({ whole }, labels) => [[labels, seconds(whole)] as const]),
    );
    metrics.gauge('confab_http_requests_in_flight', 'Requests that are being answered.', [], () => [
      [{}, telemetry.inFlight],
    ]);
  }

  private ofSockets(): void {
    const { metrics, telemetry, realtime } = this;
    metrics.gauge('confab_socket_connections', 'Open connections.', ['transport'], () => {
      const { socketIo, websocket } = realtime.connections();
      return [
        [{ transport: 'socket.io' }, socketIo],
        [{ transport: 'websocket' }, websocket],
      ];
    });
    metrics.gauge('confab_socket_connections_max', 'Connections that are taken at most.', [], () => [
      [{}, this.settings.WS_MAX_CONNECTIONS],
    ]);
    metrics.counter('confab_socket_connects_total', 'Connections that were opened.', [], () => [
      [{}, telemetry.connects],
    ]);
    metrics.counter('confab_socket_disconnects_total', 'Connections that have ended.', [], () => [
      [{}, telemetry.disconnects],
    ]);
    metrics.counter('confab_socket_handshakes_refused_total', 'Connections that were not let in.', ['code'], () =>
      Array.from(telemetry.refusedHandshakes, ([code, count]) => [{ code }, count] as const),
    );
    metrics.counter(
      'confab_socket_events_received_total',
      'Events of clients, by how they ended: ok, or the code of a problem.',
      ['event', 'outcome'],
      () =>
        Array.from(telemetry.eventsByName).flatMap(([event, outcomes]) =>
          Array.from(outcomes, ([outcome, count]) => [{ event, outcome }, count] as const),
        ),
    );
    metrics.histogram('confab_socket_event_duration_seconds', 'From an event of a client to its answer.', () => [
      [{}, seconds(telemetry.eventLatency)],
    ]);
    metrics.counter(
      'confab_socket_events_sent_total',
      'Live events that were handed to sockets, once each.',
      [],
      () => [[{}, telemetry.eventsOut.total]],
    );
    metrics.histogram(
      'confab_message_delivery_duration_seconds',
      'From taking a message to having handed it to every open socket of its group.',
      () => [[{}, seconds(telemetry.deliveryWhole)]],
    );
  }

  private ofWriter(): void {
    const { metrics, writer } = this;
    const { statistics } = writer;
    metrics.gauge('confab_writer_queue_length', 'Messages and changes that wait for the database.', [], () => [
      [{}, writer.waiting],
    ]);
    metrics.histogram('confab_writer_batch_size', 'Messages and changes in one write.', () => [
      [{}, sizes(batchSizeEdges, statistics.batchSizes, statistics.operations)],
    ]);
    metrics.histogram('confab_writer_batch_duration_seconds', 'How long a write of a batch took.', () => [
      [{}, seconds(statistics.latency)],
    ]);
    metrics.counter('confab_writer_failures_total', 'Writes of a batch of which the outcome was not known.', [], () => [
      [{}, statistics.failures],
    ]);
  }

  private ofDatabase(): void {
    const { metrics, telemetry } = this;
    metrics.gauge('confab_database_up', '1 when the database answers a ping within a second.', [], async () => [
      [{}, (await this.health.answers()) ? 1 : 0],
    ]);
    metrics.gauge('confab_database_pool_connections', 'Connections to the database.', ['state'], () => [
      [{ state: 'open' }, telemetry.pool.open],
      [{ state: 'in_use' }, telemetry.pool.inUse],
    ]);
    metrics.gauge('confab_database_pool_waiting', 'Commands that wait for a connection.', [], () => [
      [{}, telemetry.pool.waiting],
    ]);
    metrics.gauge('confab_database_pool_connections_max', 'Connections that are opened at most.', [], () => [
      [{}, this.settings.MONGODB_POOL_SIZE],
    ]);
    metrics.histogram('confab_database_command_duration_seconds', 'How long commands of the database took.', () =>
      Array.from(telemetry.commandTimes, ([command, times]) => [{ command }, seconds(times)] as const),
    );
    metrics.counter('confab_database_commands_failed_total', 'Commands of the database that failed.', [], () => [
      [{}, telemetry.failedCommands.total],
    ]);
    metrics.counter('confab_database_slow_commands_total', 'Commands that took 100 ms or more.', [], () => [
      [{}, telemetry.slowCommands],
    ]);
    metrics.gauge('confab_messages', 'Messages in the database, as last counted.', ['state'], () => {
      const counts = this.counts.recent();
      if (counts === null) return [];
      return [
        [{ state: 'active' }, counts.activeMessages],
        [{ state: 'deleted' }, counts.deletedMessages],
      ];
    });
    metrics.gauge('confab_groups', 'Groups in the database, as last counted.', [], () => {
      const counts = this.counts.recent();
      return counts === null ? [] : [[{}, counts.groups]];
    });
  }

  private ofCaches(): void {
    const { metrics } = this;
    const each = (read: (counts: { size: number; hits: number; misses: number }) => number) => () =>
      this.caches.list().map(({ name, counts }) => [{ cache: name }, read(counts)] as const);
    metrics.counter(
      'confab_cache_hits_total',
      'Reads that memory answered.',
      ['cache'],
      each(({ hits }) => hits),
    );
    metrics.counter(
      'confab_cache_misses_total',
      'Reads that the database had to answer.',
      ['cache'],
      each(({ misses }) => misses),
    );
    metrics.gauge(
      'confab_cache_entries',
      'What is kept in memory.',
      ['cache'],
      each(({ size }) => size),
    );
  }

  private overRoutes<Row>(read: (tally: RouteTally, labels: { method: string; route: string }) => Row[]): Row[] {
    return Array.from(this.telemetry.routes).flatMap(([method, routes]) =>
      Array.from(routes).flatMap(([route, tally]) => read(tally, { method, route })),
    );
  }
}
