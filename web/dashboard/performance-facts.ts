import { dashboardThresholds } from '../../contract/dashboard.js';
import { count, duration, percent } from '../shared/format.js';
import type { FactRow } from './facts.js';
import { gradeOf } from './level.js';

/** Requests of the last five minutes. */
export const performanceFacts: readonly FactRow[] = [
  {
    label: 'Requests/min',
    hint: 'The line is requests per second over the last hour',
    read: ({ performance, series }) => ({
      text: count(performance.requestsPerMinute),
      trend: series.requestsPerSecond,
    }),
  },
  {
    label: 'Average',
    read: ({ status, performance }) => ({
      text: duration(performance.averageMs),
      level: status.averageResponseMs.level,
    }),
  },
  { label: 'p50', read: ({ performance, series }) => ({ text: duration(performance.p50Ms), trend: series.p50Ms }) },
  {
    label: 'p95',
    read: ({ status, performance, series }) => ({
      text: duration(performance.p95Ms),
      level: status.p95ResponseMs.level,
      trend: series.p95Ms,
    }),
  },
  { label: 'p99', read: ({ performance, series }) => ({ text: duration(performance.p99Ms), trend: series.p99Ms }) },
  {
    label: 'Slow',
    hint: 'SLOW_REQUEST_MS and longer',
    read: ({ performance }) => ({ text: `${count(performance.slow)} ≥ ${duration(performance.slowMs)}` }),
  },
  {
    label: 'Very slow',
    hint: 'VERY_SLOW_REQUEST_MS and longer',
    read: ({ performance }) => ({ text: `${count(performance.verySlow)} ≥ ${duration(performance.verySlowMs)}` }),
  },
  {
    label: 'Errors (5xx)',
    read: ({ performance }) => ({ text: count(performance.errors) }),
  },
  {
    label: 'Error rate',
    read: ({ performance, series }) => ({
      text: percent(performance.errorRatePercent),
      level: gradeOf(performance.errorRatePercent, dashboardThresholds.errorRatePercent),
      trend: series.errorRatePercent,
    }),
  },
  { label: 'Refused (4xx)', read: ({ performance }) => ({ text: count(performance.refused) }) },
];
