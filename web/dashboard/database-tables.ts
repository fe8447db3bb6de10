import type { SlowQuery } from '../../contract/dashboard-logs.js';
import type { DashboardDatabase, TopGroup } from '../../contract/dashboard.js';
import { ago, count, duration, nothing, percent, shortCount, shortId, timeOfDay } from '../shared/format.js';
import { DataTable } from './data-table.js';
import type { View } from './view.js';

/** The ten groups with the most messages. */
export function topGroupsTable(): View {
  let now = new Date();
  const table = new DataTable<TopGroup>({
    label: 'Groups with the most messages',
    empty: 'No groups counted yet',
    keyOf: ({ groupId }) => groupId,
    columns: [
      { title: 'Group', cell: ({ name, groupId }) => ({ text: name ?? shortId(groupId), title: groupId }) },
      { title: 'Kind', width: 'method', cell: ({ kind }) => kind },
      { title: 'Messages', width: 'count', isNumber: true, cell: ({ messages }) => shortCount(messages) },
      {
        title: 'Active',
        hint: 'Last activity',
        width: 'name',
        isNumber: true,
        cell: ({ lastActivityAt }) => ({
          text: ago(lastActivityAt, now),
          ...(lastActivityAt !== null && { title: lastActivityAt }),
        }),
      },
    ],
  });
  return {
    element: table.element,
    show: ({ data }) => {
      now = new Date(data.at);
      table.show(data.database.counts?.topGroups ?? []);
    },
  };
}

export function cachesTable(): View {
  const table = new DataTable<DashboardDatabase['caches'][number]>({
    label: 'Caches since the start',
    empty: 'No caches',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Cache', cell: ({ name }) => ({ text: name, title: name }) },
      { title: 'Entries', width: 'count', isNumber: true, isMinor: true, cell: ({ entries }) => shortCount(entries) },
      { title: 'Hits', width: 'count', isNumber: true, cell: ({ hits }) => shortCount(hits) },
      { title: 'Misses', width: 'count', isNumber: true, cell: ({ misses }) => shortCount(misses) },
      { title: 'Rate', width: 'status', isNumber: true, cell: ({ hitRatePercent }) => percent(hitRatePercent) },
    ],
  });
  return { element: table.element, show: ({ data }) => table.show(data.database.caches) };
}

/** The last slow commands; while a request is followed only its own. */
export function slowQueriesTable(): View {
  const table = new DataTable<SlowQuery>({
    label: 'Slow database commands, newest first',
    empty: 'No slow commands',
    isFolding: true,
    keyOf: ({ at, command, collection, durationMs }) => `${at} ${command} ${collection ?? ''} ${durationMs}`,
    columns: [
      { title: 'Time', width: 'time', cell: ({ at }) => ({ text: timeOfDay(at), title: at }) },
      {
        title: 'Command',
        cell: ({ command, collection, filterShape }) => {
          const text = `${command} ${collection ?? ''} ${filterShape ?? ''}`.trim();
          return { text, title: text };
        },
      },
      {
        title: 'Took',
        width: 'duration',
        isNumber: true,
        cell: ({ durationMs, failed }) => ({
          text: duration(durationMs),
          ...(failed && { level: 'red', title: 'The command failed' }),
        }),
      },
      { title: 'Request', width: 'id', follow: ({ correlationId }) => correlationId, cell: () => nothing },
    ],
  });
  return {
    element: table.element,
    show: ({ data, following }) => {
      const rows = data.database.slowQueries;
      table.show(following === null ? rows : rows.filter(({ correlationId }) => correlationId === following));
    },
  };
}

/** Where the connections of this node listen. */
export function liveGroupsTable(): View {
  type LiveGroup = Parameters<View['show']>[0]['data']['realtime']['groups'][number];
  const table = new DataTable<LiveGroup>({
    label: 'Groups with the most live connections',
    empty: 'Nobody is connected',
    keyOf: ({ groupId }) => groupId,
    columns: [
      { title: 'Group', cell: ({ name, groupId }) => ({ text: name ?? shortId(groupId), title: groupId }) },
      { title: 'Live', width: 'count', isNumber: true, cell: ({ connections }) => count(connections) },
      { title: 'Socket.IO', width: 'duration', isNumber: true, cell: ({ socketIo }) => count(socketIo) },
      { title: 'Plain', width: 'count', isNumber: true, cell: ({ websocket }) => count(websocket) },
    ],
  });
  return { element: table.element, show: ({ data }) => table.show(data.realtime.groups) };
}
