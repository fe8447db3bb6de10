import { count, duration, percent, shortCount, span } from '../shared/format.js';
import { graded, type FactRow } from './facts.js';

/** The bar at the top: is anything wrong? */
export const statusFacts: readonly FactRow[] = [
  { label: 'API', read: ({ status: { api } }) => ({ text: api.state, level: api.level }) },
  {
    label: 'Database',
    hint: 'State, and how long it takes to answer',
    read: ({ status: { database } }) => ({
      text: database.pingMs === null ? database.state : `${database.state} ${duration(database.pingMs)}`,
      level: database.level,
    }),
  },
  { label: 'Uptime', read: ({ status }) => ({ text: span(status.uptimeSeconds) }) },
  { label: 'Version', read: ({ status }) => ({ text: status.version }) },
  {
    label: 'Connections',
    hint: 'Live connections of this node, Socket.IO and plain WebSocket',
    read: ({ status, series }) => ({ ...graded(status.connections, count), trend: series.connections }),
  },
  {
    label: 'Requests',
    hint: 'Since the start; the line is requests per second over the last hour',
    read: ({ status, series }) => ({ text: shortCount(status.requests), trend: series.requestsPerSecond }),
  },
  {
    label: 'Error rate',
    hint: 'Answers of 500 and above, of the last five minutes',
    read: ({ status, series }) => ({ ...graded(status.errorRatePercent, percent), trend: series.errorRatePercent }),
  },
  {
    label: 'Average',
    hint: 'Time to answer a request, of the last five minutes; the line is the median over the last hour',
    read: ({ status, series }) => ({ ...graded(status.averageResponseMs, duration), trend: series.p50Ms }),
  },
  {
    label: 'p95',
    hint: '95 of 100 requests were answered within this time, of the last five minutes',
    read: ({ status, series }) => ({ ...graded(status.p95ResponseMs, duration), trend: series.p95Ms }),
  },
];
