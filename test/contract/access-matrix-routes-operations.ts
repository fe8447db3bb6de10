import { byAdmins, open, type RouteRow } from './access-matrix-cells.js';

/** What operators ask for, as in production; the other ways in are in dashboard-access.spec.ts. */
export const operationsRows: readonly RouteRow[] = [
  { route: 'GET /metrics', path: () => '/metrics', cells: byAdmins(200) },
  { route: 'GET /dashboard/api/access', path: () => '/dashboard/api/access', cells: open(200) },
  { route: 'GET /dashboard/api/data', path: () => '/dashboard/api/data', cells: byAdmins(200) },
  {
    route: 'POST /dashboard/api/session',
    path: () => '/dashboard/api/session',
    body: () => ({ accessToken: 'not a token' }),
    cells: open('unauthenticated'),
  },
  { route: 'DELETE /dashboard/api/session', path: () => '/dashboard/api/session', cells: open(204) },
  { route: 'GET /websocket/status', path: () => '/websocket/status', cells: byAdmins(200) },
  { route: 'GET /websocket/clients', path: () => '/websocket/clients', cells: byAdmins(200) },
];
