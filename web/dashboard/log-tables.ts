import type {
  ConnectionLogEntry,
  ErrorLogEntry,
  RequestLogEntry,
  SocketEventLogEntry,
} from '../../contract/dashboard-logs.js';
import { duration } from '../shared/format.js';
import { DataTable } from './data-table.js';
import { followColumn, requestDuration, statusCell, timeColumn, transportColumn, userColumn } from './log-columns.js';
import type { View } from './view.js';

const nothingYet = 'Nothing';

function requestLog(label: string, read: (logs: RequestLogs) => readonly RequestLogEntry[]): View {
  const table = new DataTable<RequestLogEntry>({
    label,
    empty: nothingYet,
    isFolding: true,
    keyOf: ({ at, correlationId, method, route }) => `${at} ${correlationId} ${method} ${route}`,
    columns: [
      timeColumn,
      { title: 'Method', width: 'method', cell: ({ method }) => method },
      {
        title: 'Route',
        cell: ({ route, code }) => ({ text: route, title: code === null ? route : `${route}: ${code}` }),
      },
      { title: 'Status', width: 'status', isNumber: true, cell: ({ status }) => statusCell(status) },
      { title: 'Took', width: 'duration', isNumber: true, cell: requestDuration },
      userColumn,
      followColumn,
    ],
  });
  return { element: table.element, show: ({ data }) => table.show(read(data.logs)) };
}

type RequestLogs = Parameters<View['show']>[0]['data']['logs'];

export const requestsTable = (): View => requestLog('Last requests, newest first', ({ requests }) => requests);

export const slowRequestsTable = (): View =>
  requestLog('Last slow requests, newest first', ({ slowRequests }) => slowRequests);

export function errorsTable(): View {
  const table = new DataTable<ErrorLogEntry>({
    label: 'Last errors of requests and socket events, newest first',
    empty: nothingYet,
    isFolding: true,
    keyOf: ({ at, correlationId, what }) => `${at} ${correlationId} ${what}`,
    columns: [
      timeColumn,
      { title: 'What', cell: ({ what }) => ({ text: what, title: what }) },
      { title: 'Status', width: 'status', isNumber: true, cell: ({ status }) => statusCell(status) },
      {
        title: 'Code',
        width: 'code',
        isMinor: true,
        cell: ({ code }) => ({ text: code ?? '', ...(code !== null && { title: code }) }),
      },
      userColumn,
      followColumn,
    ],
  });
  return { element: table.element, show: ({ data }) => table.show(data.logs.errors) };
}

export function socketEventsTable(): View {
  const table = new DataTable<SocketEventLogEntry>({
    label: 'Last events of clients, newest first',
    empty: nothingYet,
    isFolding: true,
    keyOf: ({ at, correlationId, event }) => `${at} ${correlationId} ${event}`,
    columns: [
      timeColumn,
      transportColumn,
      {
        title: 'Event',
        cell: ({ event, code }) => ({ text: event, title: event, level: code === null ? 'green' : 'orange' }),
      },
      {
        title: 'Refused',
        width: 'code',
        isMinor: true,
        cell: ({ code }) => (code === null ? '' : { text: code, title: code }),
      },
      { title: 'Took', width: 'duration', isNumber: true, cell: ({ durationMs }) => duration(durationMs) },
      userColumn,
      followColumn,
    ],
  });
  return { element: table.element, show: ({ data }) => table.show(data.logs.socketEvents) };
}

export function connectionsTable(): View {
  const table = new DataTable<ConnectionLogEntry>({
    label: 'Last connections that began or ended, newest first',
    empty: nothingYet,
    isFolding: true,
    keyOf: ({ at, kind, connectionId }) => `${at} ${kind} ${connectionId}`,
    columns: [
      timeColumn,
      transportColumn,
      {
        title: 'What',
        cell: ({ kind, reason, connectionId }) => ({
          text: reason === null ? kind : `${kind}: ${reason}`,
          title: `${kind}${reason === null ? '' : `: ${reason}`} (connection ${connectionId})`,
        }),
      },
      userColumn,
      followColumn,
    ],
  });
  return {
    element: table.element,
    show: ({ data, following }) => {
      const rows = data.realtime.log;
      table.show(following === null ? rows : rows.filter(({ correlationId }) => correlationId === following));
    },
  };
}
