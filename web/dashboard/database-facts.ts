import type { DashboardCounts, DashboardData } from '../../contract/dashboard.js';
import { ago, count, duration, nothing, percent, perSecond, shortCount, timeOfDay } from '../shared/format.js';
import type { FactRow } from './facts.js';

/** Of what is counted in the background; a dash before the first time. */
function counted(data: DashboardData, read: (counts: DashboardCounts) => string): { text: string } {
  return { text: data.database.counts === null ? nothing : read(data.database.counts) };
}

/** The database, the way to it, and what is in it. */
export const databaseFacts: readonly FactRow[] = [
  {
    label: 'State',
    read: ({ database, status }) => ({
      text: `${database.state}, ${database.isEmbedded ? 'embedded' : 'outside'}`,
      level: status.database.level,
    }),
  },
  {
    label: 'Commands',
    hint: 'Per second; since the start',
    read: ({ database: { commands } }) => ({
      text: `${perSecond(commands.perSecond)}, ${shortCount(commands.total)}`,
    }),
  },
  {
    label: 'p50/p95/p99',
    hint: 'How long commands take',
    read: ({ database: { commands } }) => ({
      text: [commands.p50Ms, commands.p95Ms, commands.p99Ms].map(duration).join(' / '),
    }),
  },
  {
    label: 'Slow / failed',
    hint: 'Commands since the start',
    read: ({ database: { commands } }) => ({ text: `${count(commands.slow)} / ${count(commands.failed)}` }),
  },
  {
    label: 'Pool in use',
    hint: 'Connections to the database, of MONGODB_POOL_SIZE',
    read: ({ database: { pool } }) => ({
      text: `${count(pool.inUse)} / ${count(pool.max)}`,
      share: (pool.inUse / pool.max) * 100,
    }),
  },
  {
    label: 'Pool open / waiting',
    read: ({ database: { pool } }) => ({ text: `${count(pool.open)} / ${count(pool.waiting)}` }),
  },
  { label: 'Users', read: (data) => counted(data, ({ users }) => count(users)) },
  { label: 'Groups', read: (data) => counted(data, ({ groups }) => count(groups)) },
  { label: 'Messages', read: (data) => counted(data, ({ messages }) => count(messages)) },
  {
    label: 'Deleted',
    read: (data) =>
      counted(
        data,
        ({ deletedMessages, deletionRatePercent }) => `${count(deletedMessages)} (${percent(deletionRatePercent)})`,
      ),
  },
  {
    label: 'Messages per group',
    read: (data) => counted(data, ({ messagesPerGroup }) => count(messagesPerGroup)),
  },
  {
    label: 'New in 24 h',
    hint: 'Messages, groups',
    read: (data) =>
      counted(data, ({ messagesIn24h, groupsIn24h }) => `${count(messagesIn24h)} msg, ${count(groupsIn24h)} groups`),
  },
  {
    label: 'Counted',
    hint: 'When the numbers of this database were counted last',
    read: (data) => counted(data, ({ countedAt }) => `${timeOfDay(countedAt)}, ${ago(countedAt, new Date(data.at))}`),
  },
];
