import { signedIn, cells, byMembers, byModerators, type RouteRow } from './access-matrix-cells.js';

/** The routes of groups and how far they are read. */
export const groupsRows: readonly RouteRow[] = [
  {
    route: 'POST /groups',
    path: () => '/groups',
    body: () => ({ kind: 'group', name: 'Made by the matrix' }),
    isSharable: true,
    cells: signedIn(201),
  },
  { route: 'GET /groups', path: () => '/groups', cells: signedIn(200) },
  {
    route: 'PUT /groups/direct/{userId}',
    path: ({ cast }) => `/groups/direct/${cast.stranger.id}`,
    cells: { ...signedIn(201), blocked: 'forbidden' },
    needsNewPeople: true,
    isSharable: true,
  },
  { route: 'GET /groups/discover', path: () => '/groups/discover?q=channel', cells: signedIn(200) },
  {
    route: 'GET /groups/by-name/{name}',
    path: ({ channelName }) => `/groups/by-name/${encodeURIComponent(channelName)}`,
    cells: signedIn(200),
  },
  { route: 'GET /groups/{id}', on: 'a group', path: ({ groupId }) => `/groups/${groupId}`, cells: byMembers(200) },
  { route: 'GET /groups/{id}', on: 'a channel', path: ({ channelId }) => `/groups/${channelId}`, cells: signedIn(200) },
  {
    route: 'PATCH /groups/{id}',
    path: ({ groupId }) => `/groups/${groupId}`,
    body: () => ({ description: 'Changed by the matrix' }),
    isSharable: true,
    cells: byModerators(200),
  },
  {
    route: 'DELETE /groups/{id}',
    path: ({ groupId }) => `/groups/${groupId}`,
    cells: cells('not_a_member', 'forbidden', 'forbidden', 204),
  },
  {
    route: 'PUT /groups/{id}/read',
    path: ({ groupId }) => `/groups/${groupId}/read`,
    isSharable: true,
    body: () => ({ seq: 1 }),
    cells: byMembers(200),
  },
  {
    route: 'PUT /groups/{id}/delivered',
    path: ({ groupId }) => `/groups/${groupId}/delivered`,
    isSharable: true,
    body: () => ({ seq: 1 }),
    cells: byMembers(200),
  },
  {
    route: 'GET /groups/{id}/read-state',
    path: ({ groupId }) => `/groups/${groupId}/read-state`,
    cells: byMembers(200),
  },
  {
    route: 'GET /groups/{id}/read-state',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/groups/${channelId}/read-state`,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 200),
  },
  {
    route: 'GET /groups/{id}/changes',
    on: 'a group',
    path: ({ groupId }) => `/groups/${groupId}/changes?since=0`,
    cells: byMembers(200),
  },
  {
    route: 'GET /groups/{id}/changes',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/groups/${channelId}/changes?since=0`,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 200),
  },
];
