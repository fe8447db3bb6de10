import type { DashboardSeries } from '../../contract/dashboard.js';
import { count, duration, megabytes, percent, perSecond } from '../shared/format.js';

export interface ChartLine {
  label: string;
  /** A colour of tokens.css, and the dashes that tell the line apart without it. */
  color: '--series-1' | '--series-2' | '--series-3' | '--series-4';
  dashes?: number[];
  read: (series: DashboardSeries) => readonly (number | null)[];
}

export interface ChartDefinition {
  id: string;
  heading: string;
  format: (value: number | null) => string;
  /** The scale reaches at least so far: noise about zero must not look like a storm. */
  leastTop: number;
  lines: readonly ChartLine[];
}

export const chartDefinitions: readonly ChartDefinition[] = [
  {
    id: 'rate',
    heading: 'Requests',
    format: perSecond,
    leastTop: 1,
    lines: [{ label: 'requests', color: '--series-1', read: ({ requestsPerSecond }) => requestsPerSecond }],
  },
  {
    id: 'latency',
    heading: 'Latency',
    format: duration,
    leastTop: 10,
    lines: [
      { label: 'p50', color: '--series-4', read: ({ p50Ms }) => p50Ms },
      { label: 'p95', color: '--series-2', dashes: [4, 2], read: ({ p95Ms }) => p95Ms },
      { label: 'p99', color: '--series-3', dashes: [1, 2], read: ({ p99Ms }) => p99Ms },
    ],
  },
  {
    id: 'live-connections',
    heading: 'Connections',
    format: count,
    leastTop: 4,
    lines: [{ label: 'live', color: '--series-1', read: ({ connections }) => connections }],
  },
  {
    id: 'events',
    heading: 'Socket events',
    format: perSecond,
    leastTop: 1,
    lines: [
      { label: 'out', color: '--series-3', read: ({ eventsOutPerSecond }) => eventsOutPerSecond },
      { label: 'in', color: '--series-2', dashes: [4, 2], read: ({ eventsInPerSecond }) => eventsInPerSecond },
    ],
  },
  {
    id: 'memory',
    heading: 'Memory',
    format: megabytes,
    leastTop: 64,
    lines: [
      { label: 'resident', color: '--series-1', read: ({ residentMb }) => residentMb },
      { label: 'heap', color: '--series-4', dashes: [4, 2], read: ({ heapUsedMb }) => heapUsedMb },
    ],
  },
  {
    id: 'error-rate',
    heading: 'Errors',
    format: percent,
    leastTop: 1,
    lines: [{ label: '5xx', color: '--series-2', read: ({ errorRatePercent }) => errorRatePercent }],
  },
];
