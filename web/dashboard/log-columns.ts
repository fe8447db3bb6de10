import type { RequestLogEntry } from '../../contract/dashboard-logs.js';
import type { DashboardLevel } from '../../contract/dashboard.js';
import { duration, shortId, timeOfDay } from '../shared/format.js';
import type { Cell, Column } from './data-table.js';

/** The columns that logs have in common. */
interface Logged {
  at: string;
  correlationId: string;
}
interface Personal {
  userId: string | null;
  username: string | null;
}

export const timeColumn: Column<Logged> = {
  title: 'Time',
  width: 'time',
  cell: ({ at }) => ({ text: timeOfDay(at), title: at }),
};

export const followColumn: Column<Logged> = {
  title: 'Id',
  hint: 'Correlation id: a click copies it and shows only what belongs to it',
  width: 'id',
  cell: ({ correlationId }) => correlationId,
  follow: ({ correlationId }) => correlationId,
};

export const userColumn: Column<Personal> = {
  title: 'User',
  width: 'name',
  isMinor: true,
  cell: ({ userId, username }) => {
    if (userId === null) return '';
    return { text: username ?? shortId(userId), title: username === null ? userId : `${username} (${userId})` };
  },
};

/** Answers of 500 and above are the server's fault, those of 400 and above the client's. */
export function statusCell(status: number): Cell {
  const level: DashboardLevel = status >= 500 ? 'red' : status >= 400 ? 'orange' : 'green';
  return { text: String(status), level };
}

export function requestDuration({ durationMs, isSlow, isVerySlow }: RequestLogEntry): Cell {
  return { text: duration(durationMs), level: isVerySlow ? 'red' : isSlow ? 'orange' : 'green' };
}

const transportNames = { 'socket.io': 'sio', websocket: 'ws' } as const;

export const transportColumn: Column<{ transport: keyof typeof transportNames }> = {
  title: 'Via',
  width: 'status',
  isMinor: true,
  cell: ({ transport }) => ({ text: transportNames[transport], title: transport }),
};
