import { randomUUID } from 'node:crypto';

import { byAdmins, signedIn, type RouteRow } from './access-matrix-cells.js';

/** No project and no conversation has the id of a group: who may is told so. */
export const observatoryRows: readonly RouteRow[] = [
  { route: 'GET /projects', path: () => '/projects', cells: signedIn(200) },
  { route: 'GET /projects/{id}', path: ({ groupId }) => `/projects/${groupId}`, cells: signedIn('not_found') },
  {
    route: 'POST /projects',
    path: () => '/projects',
    isSharable: true,
    body: () => ({ path: `/srv/${randomUUID()}` }),
    cells: byAdmins(201),
  },
  {
    route: 'PUT /projects/{id}',
    path: ({ groupId }) => `/projects/${groupId}`,
    body: () => ({ name: 'Engine' }),
    cells: byAdmins('not_found'),
  },
  { route: 'DELETE /projects/{id}', path: ({ groupId }) => `/projects/${groupId}`, cells: byAdmins('not_found') },
  { route: 'GET /conversations', path: () => '/conversations', cells: signedIn(200) },
  {
    route: 'GET /conversations/{id}',
    path: ({ groupId }) => `/conversations/${groupId}`,
    cells: signedIn('not_found'),
  },
  {
    route: 'GET /conversations/{id}/messages',
    path: ({ groupId }) => `/conversations/${groupId}/messages`,
    cells: signedIn('not_found'),
  },
  {
    route: 'GET /conversations/{id}/analytics',
    path: ({ groupId }) => `/conversations/${groupId}/analytics`,
    cells: signedIn('not_found'),
  },
  { route: 'GET /observatory/status', path: () => '/observatory/status', cells: signedIn(200) },
  { route: 'GET /observatory/problems', path: () => '/observatory/problems', cells: signedIn(200) },
];
