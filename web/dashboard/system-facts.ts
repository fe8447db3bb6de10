import { count, duration, megabytes, percent } from '../shared/format.js';
import { graded, type FactRow } from './facts.js';

/** The process and the machine. */
export const systemFacts: readonly FactRow[] = [
  {
    label: 'CPU',
    hint: 'Of one core, over the last ten seconds; the line is the last hour',
    read: ({ system, series }) => ({ ...graded(system.cpuPercent, percent), trend: series.cpuPercent }),
  },
  {
    label: 'Load / cores',
    hint: 'Load average of 1, 5 and 15 minutes',
    read: ({ system }) => ({
      text: `${system.loadAverage.map((load) => load.toFixed(2)).join(' ')} / ${count(system.cores)}`,
    }),
  },
  {
    label: 'Loop delay p99',
    hint: 'How late the event loop comes; the line is the last hour',
    read: ({ system, series }) => ({
      ...graded(system.eventLoop.delayP99Ms, duration),
      trend: series.eventLoopDelayP99Ms,
    }),
  },
  {
    label: 'Loop delay p50 / max',
    read: ({ system: { eventLoop } }) => ({
      text: `${duration(eventLoop.delayP50Ms)} / ${duration(eventLoop.delayMaxMs)}`,
    }),
  },
  {
    label: 'Loop busy',
    hint: 'Share of time in which the event loop was not idle',
    read: ({ system: { eventLoop } }) => ({
      text: percent(eventLoop.utilizationPercent),
      share: eventLoop.utilizationPercent,
    }),
  },
  {
    label: 'GC time',
    hint: 'Share of the last five minutes that went into garbage collection',
    read: ({ system }) => graded(system.garbageCollection.percent, percent),
  },
  {
    label: 'GC runs / longest',
    hint: 'Collections since the start; the longest of the last five minutes',
    read: ({ system: { garbageCollection } }) => ({
      text: `${count(garbageCollection.collections)} / ${duration(garbageCollection.longestMs)}`,
    }),
  },
  {
    label: 'Heap',
    hint: 'JavaScript heap in use, of what Node lets it grow to',
    read: ({ system: { process } }) => ({
      text: `${megabytes(process.heapUsedMb)} / ${megabytes(process.heapLimitMb)}`,
      level: process.heapPercent.level,
      share: process.heapPercent.value,
    }),
  },
  {
    label: 'Resident',
    hint: 'Memory that the process holds, of whatever kind; the line is the last hour',
    read: ({ system: { process }, series }) => ({
      text: `${megabytes(process.residentMb)} (${percent(process.residentPercent)})`,
      trend: series.residentMb,
    }),
  },
  {
    label: 'External',
    hint: 'Memory of buffers and native objects',
    read: ({ system: { process } }) => ({ text: megabytes(process.externalMb) }),
  },
  {
    label: 'RAM',
    hint: 'Memory of the machine in use',
    read: ({ system: { memory } }) => ({
      text: `${megabytes(memory.usedMb)} / ${megabytes(memory.totalMb)}`,
      level: memory.usedPercent.level,
      share: memory.usedPercent.value,
    }),
  },
  {
    label: 'Node / pid',
    read: ({ system: { process } }) => ({ text: `${process.nodeVersion} / ${String(process.pid)}` }),
  },
];
