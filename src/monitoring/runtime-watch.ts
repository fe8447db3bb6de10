import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { dashboardThresholds, dashboardWindows, type DashboardSystem } from '../../contract/dashboard.js';
import { Clock } from '../common/clock.js';
import { CountWindow, LatencyWindow } from '../common/telemetry/sliding-window.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { grade, percent, round } from './grading.js';

const bytesInMb = 1_048_576;
const nanosInMs = 1_000_000;
/** How often the loop is asked whether it is late; what it is late by is what comes on top. */
const resolutionMs = 20;
const sliceMs = dashboardWindows.seriesStepSeconds * 1000;
const recentMs = dashboardWindows.recentSeconds * 1000;
const slices = recentMs / sliceMs + 1;

/** How late the event loop was in one step of the series. */
interface LoopDelay {
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
}

/** What one step of the series needs to know of the process. */
export interface RuntimeSample {
  residentMb: number;
  heapUsedMb: number;
  cpuPercent: number;
  eventLoopDelayP99Ms: number | null;
}

/** The process and the machine that it runs on. */
@Injectable()
export class RuntimeWatch implements OnModuleInit, OnApplicationShutdown {
  private delays: ReturnType<typeof monitorEventLoopDelay> | undefined;
  private observer: PerformanceObserver | undefined;
  private readonly collections = new LatencyWindow(slices, sliceMs);
  private readonly collectionCount = new CountWindow(slices, sliceMs);
  private cpu = process.cpuUsage();
  private utilization = performance.eventLoopUtilization();
  private at = performance.now();
  private cpuPercent = 0;
  private utilizationPercent = 0;
  private delay: LoopDelay = { p50Ms: null, p99Ms: null, maxMs: null };

  constructor(
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  onModuleInit(): void {
    if (!this.telemetry.isOn) return;
    this.delays = monitorEventLoopDelay({ resolution: resolutionMs });
    this.delays.enable();
    this.observer = new PerformanceObserver((list) => {
      const now = this.clock.now().getTime();
      for (const { duration } of list.getEntries()) {
        this.collections.observe(duration, now);
        this.collectionCount.add(now);
      }
    });
    this.observer.observe({ entryTypes: ['gc'] });
  }

  onApplicationShutdown(): void {
    this.delays?.disable();
    this.observer?.disconnect();
  }

  /** Ends a step: what is told of CPU and event loop is as of the last one. */
  sample(): RuntimeSample {
    const { residentBytes, heapUsedBytes } = memory();
    this.endStep();
    return {
      residentMb: toMb(residentBytes),
      heapUsedMb: toMb(heapUsedBytes),
      cpuPercent: this.cpuPercent,
      eventLoopDelayP99Ms: this.delay.p99Ms,
    };
  }

  view(): DashboardSystem {
    const now = this.clock.now().getTime();
    const { residentBytes, heapUsedBytes, externalBytes } = memory();
    const { heap_size_limit: heapLimitBytes } = getHeapStatistics();
    const totalBytes = memoryLimit();
    const usedBytes = totalmem() - freemem();
    const collected = this.collections.within(now, recentMs);
    const watchedMs = Math.max(1, Math.min(recentMs, now - this.telemetry.startedAt));
    return {
      process: {
        pid: process.pid,
        nodeVersion: process.version,
        residentMb: toMb(residentBytes),
        residentPercent: percent(residentBytes, totalBytes),
        heapUsedMb: toMb(heapUsedBytes),
        heapLimitMb: toMb(heapLimitBytes),
        heapPercent: grade((heapUsedBytes / heapLimitBytes) * 100, dashboardThresholds.heapPercent),
        externalMb: toMb(externalBytes),
      },
      cpuPercent: grade(this.cpuPercent, dashboardThresholds.cpuPercent),
      loadAverage: loadavg().map((load) => round(load)),
      cores: availableParallelism(),
      eventLoop: {
        delayP50Ms: this.delay.p50Ms,
        delayP99Ms: grade(this.delay.p99Ms, dashboardThresholds.eventLoopDelayP99Ms),
        delayMaxMs: this.delay.maxMs,
        utilizationPercent: this.utilizationPercent,
      },
      garbageCollection: {
        collections: this.collectionCount.total,
        longestMs: collected.count === 0 ? null : round(collected.maxMs),
        percent: grade((collected.sumMs / watchedMs) * 100, dashboardThresholds.garbageCollectionPercent),
      },
      memory: {
        totalMb: toMb(totalmem()),
        usedMb: toMb(usedBytes),
        usedPercent: grade((usedBytes / totalmem()) * 100, dashboardThresholds.systemMemoryPercent),
      },
    };
  }

  private endStep(): void {
    const now = performance.now();
    const elapsedMs = Math.max(1, now - this.at);
    const { user, system } = process.cpuUsage(this.cpu);
    this.cpuPercent = round(((user + system) / 1000 / elapsedMs) * 100);
    this.cpu = process.cpuUsage();
    const utilization = performance.eventLoopUtilization();
    this.utilizationPercent = round(performance.eventLoopUtilization(utilization, this.utilization).utilization * 100);
    this.utilization = utilization;
    this.at = now;
    const { delays } = this;
    if (delays === undefined || delays.count === 0) return;
    this.delay = {
      p50Ms: lateBy(delays.percentile(50)),
      p99Ms: lateBy(delays.percentile(99)),
      maxMs: lateBy(delays.max),
    };
    delays.reset();
  }
}

/** @param nanos between two looks at the clock */
function lateBy(nanos: number): number {
  return round(Math.max(0, nanos / nanosInMs - resolutionMs));
}

function memory(): { residentBytes: number; heapUsedBytes: number; externalBytes: number } {
  const { rss: residentBytes, heapUsed: heapUsedBytes, external: externalBytes } = process.memoryUsage();
  return { residentBytes, heapUsedBytes, externalBytes };
}

/** Of the container when it has a limit, else of the machine. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

function toMb(bytes: number): number {
  return round(bytes / bytesInMb);
}
