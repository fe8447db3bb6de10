import { Inject, Injectable } from '@nestjs/common';

import type { ConnectionLogEntry, SlowQuery } from '../../contract/dashboard-logs.js';
import {
  dashboardThresholds,
  dashboardWindows,
  type ApiState,
  type DashboardData,
  type DashboardDatabase,
  type DashboardLevel,
  type DashboardPerformance,
  type DashboardRealtime,
  type DashboardStatus,
  type DashboardSystem,
  type EndpointRow,
  type Percentiles,
} from '../../contract/dashboard.js';
import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import { OtherNodes } from '../common/other-nodes.js';
import type { LatencyHistogram } from '../common/telemetry/latency-histogram.js';
import { RealtimeGauges } from '../common/telemetry/realtime-gauges.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DatabaseHealth } from '../database/database-health.js';
import { GroupTotalsService } from '../groups/group-totals.service.js';
import { LogWriter } from '../messages/log/log-writer.js';
import { CacheGauges } from './cache-gauges.js';
import { DashboardLogsService } from './dashboard-logs.service.js';
import { DatabaseCounts } from './database-counts.js';
import { byLevel, grade, percent, round, roundOrNull } from './grading.js';
import { Readiness } from './readiness.js';
import { RuntimeWatch } from './runtime-watch.js';
import { Series } from './series.js';
import { version } from '../common/package.js';

const recentMs = dashboardWindows.recentSeconds * 1000;
const endpointsMs = dashboardWindows.endpointsSeconds * 1000;
const minuteMs = 60_000;
const maxEndpoints = 200;
const maxGroups = 20;

/** Puts together what the dashboard shows. */
@Injectable()
export class DashboardService {
  constructor(
    private readonly telemetry: Telemetry,
    private readonly realtime: RealtimeGauges,
    private readonly runtime: RuntimeWatch,
    private readonly series: Series,
    private readonly counts: DatabaseCounts,
    private readonly logs: DashboardLogsService,
    private readonly health: DatabaseHealth,
    private readonly readiness: Readiness,
    private readonly writer: LogWriter,
    private readonly caches: CacheGauges,
    private readonly groups: GroupTotalsService,
    private readonly nodes: OtherNodes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Everything, as of now. Costs one ping of the database, and names that are not in memory.
   *
   * @param correlationId of the request that is followed, or `null`
   */
  async view(correlationId: string | null): Promise<DashboardData> {
    const at = this.clock.now();
    const now = at.getTime();
    const pingMs = await this.health.pingMs();
    const isUp = pingMs !== null;
    const { logs, connections, slowQueries } = await this.logs.view(correlationId, isUp);
    const system = this.runtime.view();
    const performance = this.performance(now);
    const realtime = await this.realtimeView(now, connections, isUp);
    const database = this.database(now, isUp, slowQueries);
    return {
      at: at.toISOString(),
      status: this.status(now, pingMs, { system, performance, realtime }),
      system,
      database,
      realtime,
      performance,
      endpoints: this.endpoints(now),
      logs,
      series: this.series.view(),
    };
  }

  private status(
    now: number,
    pingMs: number | null,
    parts: { system: DashboardSystem; performance: DashboardPerformance; realtime: DashboardRealtime },
  ): DashboardStatus {
    const { system, performance, realtime } = parts;
    const { total, max } = realtime.connections;
    const state: ApiState = this.readiness.state;
    const status = {
      api: { state, level: levelOfState(state) },
      database: {
        state: pingMs === null ? 'down' : 'up',
        level: pingMs === null ? 'red' : 'green',
        pingMs: roundOrNull(pingMs),
      },
      uptimeSeconds: Math.floor((now - this.telemetry.startedAt) / 1000),
      version,
      connections: { value: total, level: grade((total / max) * 100, dashboardThresholds.connectionsPercent).level },
      requests: this.telemetry.requests.total,
      errorRatePercent: grade(performance.errorRatePercent, dashboardThresholds.errorRatePercent),
      averageResponseMs: grade(performance.averageMs, dashboardThresholds.averageResponseMs),
      p95ResponseMs: grade(performance.p95Ms, dashboardThresholds.p95ResponseMs),
    } satisfies Omit<DashboardStatus, 'level' | 'reasons'>;
    const shown = (value: number | null) => String(value ?? 0);
    const looks: { level: DashboardLevel; text: string }[] = [
      {
        level: this.telemetry.isOn ? 'green' : 'orange',
        text: 'Monitoring is off (MONITORING_ENABLED): nothing below is measured.',
      },
      { level: status.database.level, text: 'The database does not answer.' },
      { level: status.api.level, text: `The server is ${state}.` },
      {
        level: status.errorRatePercent.level,
        text: `${shown(status.errorRatePercent.value)} % of the answers of the last five minutes were errors.`,
      },
      {
        level: status.p95ResponseMs.level,
        text: `One answer in twenty took more than ${shown(status.p95ResponseMs.value)} ms in the last five minutes.`,
      },
      {
        level: status.averageResponseMs.level,
        text: `An answer took ${shown(status.averageResponseMs.value)} ms on average in the last five minutes.`,
      },
      {
        level: realtime.queues.writer.level,
        text: `${shown(realtime.queues.writer.value)} messages wait for the database.`,
      },
      {
        level: realtime.delivery.p95.level,
        text: `One message in twenty took more than ${shown(realtime.delivery.p95.value)} ms to those who are connected.`,
      },
      {
        level: this.nodes.isLinked ? 'green' : 'orange',
        text: 'Redis does not answer: live events do not reach the users of other nodes.',
      },
      { level: status.connections.level, text: `${shown(total)} of ${shown(max)} connections are taken.` },
      {
        level: system.eventLoop.delayP99Ms.level,
        text: `The event loop is late by up to ${shown(system.eventLoop.delayP99Ms.value)} ms: something holds it up.`,
      },
      { level: system.cpuPercent.level, text: `The process takes ${shown(system.cpuPercent.value)} % of a core.` },
      {
        level: system.process.heapPercent.level,
        text: `${shown(system.process.heapPercent.value)} % of the heap that Node allows is in use.`,
      },
      {
        level: system.garbageCollection.percent.level,
        text: `${shown(system.garbageCollection.percent.value)} % of the time goes into collecting garbage.`,
      },
      {
        level: system.memory.usedPercent.level,
        text: `${shown(system.memory.usedPercent.value)} % of the machine's memory is in use.`,
      },
    ];
    const reasons = looks
      .filter(({ level }) => level !== 'green')
      .sort((one, other) => byLevel(one.level, other.level));
    return { level: reasons[0]?.level ?? 'green', reasons, ...status };
  }

  private performance(now: number): DashboardPerformance {
    const { telemetry } = this;
    const latency = telemetry.latency.within(now, recentMs);
    const errors = telemetry.errors.within(now, recentMs);
    return {
      requestsPerMinute: round(telemetry.requests.perSecond(now, minuteMs, telemetry.startedAt) * 60),
      averageMs: roundOrNull(latency.averageMs),
      ...percentiles(latency),
      slowMs: this.settings.SLOW_REQUEST_MS,
      verySlowMs: this.settings.VERY_SLOW_REQUEST_MS,
      slow: telemetry.slow.within(now, recentMs),
      verySlow: telemetry.verySlow.within(now, recentMs),
      errors,
      errorRatePercent: percent(errors, latency.count),
      refused: telemetry.refused.within(now, recentMs),
    };
  }

  private async realtimeView(now: number, log: ConnectionLogEntry[], mayAsk: boolean): Promise<DashboardRealtime> {
    const { telemetry } = this;
    const state = this.realtime.state();
    const { socketIo, websocket } = state.connections;
    const busiest = this.realtime.busiestGroups(maxGroups);
    const titles = mayAsk ? await this.groups.titlesOf(busiest.map(({ groupId }) => groupId)) : null;
    const delivery = percentiles(telemetry.delivery.within(now, recentMs));
    const { waiting } = this.writer;
    const fullness = grade((waiting / limits.log.maxWaiting) * 100, dashboardThresholds.writerQueuePercent);
    return {
      connections: {
        total: socketIo + websocket,
        socketIo,
        websocket,
        users: state.users,
        max: this.settings.WS_MAX_CONNECTIONS,
      },
      groups: busiest.map((group) => ({
        ...group,
        name: titles?.get(group.groupId)?.name ?? null,
        connections: group.socketIo + group.websocket,
      })),
      eventsInPerSecond: round(telemetry.eventsIn.perSecond(now, minuteMs, telemetry.startedAt)),
      eventsOutPerSecond: round(telemetry.eventsOut.perSecond(now, minuteMs, telemetry.startedAt)),
      eventsIn: telemetry.eventsIn.total,
      eventsOut: telemetry.eventsOut.total,
      queues: {
        writer: { value: waiting, level: fullness.level },
        writerMax: limits.log.maxWaiting,
        clientEvents: state.clientEvents,
        waitingBytes: state.waitingBytes,
        mostWaitingBytes: state.mostWaitingBytes,
      },
      delivery: { ...delivery, p95: grade(delivery.p95Ms, dashboardThresholds.p95DeliveryMs) },
      log,
    };
  }

  private database(now: number, isUp: boolean, slowQueries: SlowQuery[]): DashboardDatabase {
    const { telemetry } = this;
    return {
      state: isUp ? 'up' : 'down',
      isEmbedded: this.settings.MONGODB_URI === undefined,
      counts: this.counts.recent(),
      commands: {
        ...percentiles(telemetry.commandLatency.within(now, recentMs)),
        total: telemetry.commands.total,
        failed: telemetry.failedCommands.total,
        perSecond: round(telemetry.commands.perSecond(now, minuteMs, telemetry.startedAt)),
        slow: telemetry.slowCommands,
      },
      pool: { ...telemetry.pool, max: this.settings.MONGODB_POOL_SIZE },
      slowQueries,
      caches: this.caches.list().map(({ name, counts: { size, hits, misses } }) => ({
        name,
        entries: size,
        hits,
        misses,
        hitRatePercent: hits + misses === 0 ? null : percent(hits, hits + misses),
      })),
    };
  }

  private endpoints(now: number): EndpointRow[] {
    const rows: EndpointRow[] = [];
    for (const [method, routes] of this.telemetry.routes) {
      for (const [route, { recent, errors, refused }] of routes) {
        const latency = recent.within(now, endpointsMs);
        if (latency.count === 0) continue;
        rows.push({
          method,
          route,
          requests: latency.count,
          errors: errors.within(now, endpointsMs),
          refused: refused.within(now, endpointsMs),
          averageMs: roundOrNull(latency.averageMs),
          p95Ms: roundOrNull(latency.percentileMs(0.95)),
        });
      }
    }
    return rows.sort((one, other) => other.requests - one.requests).slice(0, maxEndpoints);
  }
}

function levelOfState(state: ApiState): DashboardLevel {
  return state === 'serving' ? 'green' : 'orange';
}

function percentiles(latency: LatencyHistogram): Percentiles {
  return {
    p50Ms: roundOrNull(latency.percentileMs(0.5)),
    p95Ms: roundOrNull(latency.percentileMs(0.95)),
    p99Ms: roundOrNull(latency.percentileMs(0.99)),
  };
}
