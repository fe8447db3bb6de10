import { bytes, count, duration, perSecond, shortCount } from '../shared/format.js';
import { graded, type FactRow } from './facts.js';

/** Connections, and what flows through them. */
export const realtimeFacts: readonly FactRow[] = [
  {
    label: 'Connections',
    hint: 'Live connections of this node, of WS_MAX_CONNECTIONS',
    read: ({ status, realtime: { connections } }) => ({
      text: `${count(connections.total)} / ${shortCount(connections.max)}`,
      level: status.connections.level,
      share: (connections.total / connections.max) * 100,
    }),
  },
  {
    label: 'Socket.IO / WebSocket',
    read: ({ realtime: { connections } }) => ({
      text: `${count(connections.socketIo)} / ${count(connections.websocket)}`,
    }),
  },
  { label: 'Users connected', read: ({ realtime }) => ({ text: count(realtime.connections.users) }) },
  {
    label: 'Events in',
    hint: 'From clients; the line is the last hour',
    read: ({ realtime, series }) => ({
      text: perSecond(realtime.eventsInPerSecond),
      trend: series.eventsInPerSecond,
    }),
  },
  {
    label: 'Events out',
    hint: 'To clients, one for each receiver; the line is the last hour',
    read: ({ realtime, series }) => ({
      text: perSecond(realtime.eventsOutPerSecond),
      trend: series.eventsOutPerSecond,
    }),
  },
  {
    label: 'In / out since start',
    read: ({ realtime }) => ({ text: `${shortCount(realtime.eventsIn)} / ${shortCount(realtime.eventsOut)}` }),
  },
  {
    label: 'Delivery p95',
    hint: 'From taking a message to having handed it to every open socket of its group; the line is the last hour',
    read: ({ realtime, series }) => ({ ...graded(realtime.delivery.p95, duration), trend: series.deliveryP95Ms }),
  },
  {
    label: 'Delivery p50 / p99',
    read: ({ realtime: { delivery } }) => ({ text: `${duration(delivery.p50Ms)} / ${duration(delivery.p99Ms)}` }),
  },
  {
    label: 'Writer queue',
    hint: 'Messages and changes that wait for the database, of what may wait',
    read: ({ realtime: { queues } }) => ({
      text: `${count(queues.writer.value)} / ${shortCount(queues.writerMax)}`,
      level: queues.writer.level,
      share: ((queues.writer.value ?? 0) / queues.writerMax) * 100,
    }),
  },
  {
    label: 'Client events waiting',
    read: ({ realtime: { queues } }) => ({ text: count(queues.clientEvents) }),
  },
  {
    label: 'Waiting for readers',
    hint: 'Bytes that were sent and not yet taken, over all connections / by the slowest one',
    read: ({ realtime: { queues } }) => ({
      text: `${bytes(queues.waitingBytes)} / ${bytes(queues.mostWaitingBytes)}`,
    }),
  },
];
