import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { dashboardWindows, type DashboardSeries } from '../../contract/dashboard.js';
import { Clock } from '../common/clock.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { RealtimeGauges } from '../common/telemetry/realtime-gauges.js';
import { Ring } from '../common/telemetry/ring.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { percent, round, roundOrNull } from './grading.js';
import { RuntimeWatch, type RuntimeSample } from './runtime-watch.js';

const { seriesStepSeconds, seriesSeconds } = dashboardWindows;
const stepMs = seriesStepSeconds * 1000;

/** What was counted up to a moment. */
interface Totals {
  requests: number;
  errors: number;
  eventsIn: number;
  eventsOut: number;
}

type Column = Exclude<keyof DashboardSeries, 'stepSeconds' | 'times'>;
type Point = { [Name in Column]: DashboardSeries[Name][number] } & { time: number };

const nothing: RuntimeSample = { residentMb: 0, heapUsedMb: 0, cpuPercent: 0, eventLoopDelayP99Ms: null };

/** The last hour, in steps. */
@Injectable()
export class Series implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly points = new Ring<Point>(seriesSeconds / seriesStepSeconds, () => ({
    time: 0,
    requestsPerSecond: 0,
    errorRatePercent: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    connections: 0,
    eventsInPerSecond: 0,
    eventsOutPerSecond: 0,
    deliveryP95Ms: null,
    ...nothing,
  }));
  private readonly steps = new RepeatedWork('a step of the series', stepMs, () => {
    this.step();
  });
  private before: Totals;
  private at: number;

  constructor(
    private readonly telemetry: Telemetry,
    private readonly runtime: RuntimeWatch,
    private readonly realtime: RealtimeGauges,
    private readonly clock: Clock,
  ) {
    this.before = this.totals();
    this.at = clock.now().getTime();
  }

  onApplicationBootstrap(): void {
    if (this.telemetry.isOn) this.steps.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.steps.stop();
  }

  /** Ends a step, and keeps what happened in it. */
  step(): void {
    const now = this.clock.now().getTime();
    const seconds = Math.max(1, (now - this.at) / 1000);
    const totals = this.totals();
    const { before } = this;
    // Two slices: the present one may only have begun.
    const latency = this.telemetry.latency.within(now, stepMs * 2);
    const requests = totals.requests - before.requests;
    const { socketIo, websocket } = this.realtime.connections();
    Object.assign(this.points.take(), {
      time: Math.round(now / 1000),
      requestsPerSecond: round(requests / seconds),
      errorRatePercent: requests === 0 ? null : percent(totals.errors - before.errors, requests),
      p50Ms: roundOrNull(latency.percentileMs(0.5)),
      p95Ms: roundOrNull(latency.percentileMs(0.95)),
      p99Ms: roundOrNull(latency.percentileMs(0.99)),
      connections: socketIo + websocket,
      eventsInPerSecond: round((totals.eventsIn - before.eventsIn) / seconds),
      eventsOutPerSecond: round((totals.eventsOut - before.eventsOut) / seconds),
      deliveryP95Ms: roundOrNull(this.telemetry.delivery.within(now, stepMs * 2).percentileMs(0.95)),
      ...this.runtime.sample(),
    } satisfies Point);
    this.before = totals;
    this.at = now;
  }

  view(): DashboardSeries {
    const points = [...this.points.newestFirst()].reverse();
    const column = <Name extends Column>(name: Name) => points.map((point) => point[name]) as DashboardSeries[Name];
    return {
      stepSeconds: seriesStepSeconds,
      times: points.map(({ time }) => time),
      requestsPerSecond: column('requestsPerSecond'),
      errorRatePercent: column('errorRatePercent'),
      p50Ms: column('p50Ms'),
      p95Ms: column('p95Ms'),
      p99Ms: column('p99Ms'),
      connections: column('connections'),
      eventsInPerSecond: column('eventsInPerSecond'),
      eventsOutPerSecond: column('eventsOutPerSecond'),
      deliveryP95Ms: column('deliveryP95Ms'),
      residentMb: column('residentMb'),
      heapUsedMb: column('heapUsedMb'),
      cpuPercent: column('cpuPercent'),
      eventLoopDelayP99Ms: column('eventLoopDelayP99Ms'),
    };
  }

  private totals(): Totals {
    const { requests, errors, eventsIn, eventsOut } = this.telemetry;
    return { requests: requests.total, errors: errors.total, eventsIn: eventsIn.total, eventsOut: eventsOut.total };
  }
}
