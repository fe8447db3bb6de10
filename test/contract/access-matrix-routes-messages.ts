import { signedIn, cells, byMembers, type RouteRow } from './access-matrix-cells.js';

const text = () => ({ content: 'What the matrix says' });

/** The routes of messages that are read and sent. */
export const messagesRows: readonly RouteRow[] = [
  {
    route: 'GET /groups/{id}/messages',
    on: 'a group',
    path: ({ groupId }) => `/groups/${groupId}/messages`,
    cells: byMembers(200),
  },
  {
    route: 'GET /groups/{id}/messages',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/groups/${channelId}/messages`,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 200),
  },
  {
    route: 'POST /groups/{id}/messages',
    on: 'a group',
    path: ({ groupId }) => `/groups/${groupId}/messages`,
    body: text,
    isSharable: true,
    cells: byMembers(201),
  },
  {
    route: 'POST /groups/{id}/messages',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/groups/${channelId}/messages`,
    body: text,
    isSharable: true,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 201),
  },
  { route: 'GET /messages', path: () => '/messages', cells: signedIn(200) },
  { route: 'GET /messages/mine', path: () => '/messages/mine', cells: signedIn(200) },
  { route: 'GET /search/messages', path: () => '/search/messages?q=matrix', cells: signedIn(200) },
  {
    route: 'GET /search/messages',
    on: 'a group',
    path: ({ groupId }) => `/search/messages?q=matrix&groupId=${groupId}`,
    cells: byMembers(200),
  },
  {
    route: 'GET /search/messages',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/search/messages?q=matrix&groupId=${channelId}`,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 200),
  },
  {
    route: 'GET /groups/{id}/messages',
    on: 'a direct conversation with someone who has blocked the blocked one',
    path: ({ directIds }, by) => `/groups/${directIds[by]}/messages`,
    hasDirects: true,
    cells: signedIn(200),
  },
  {
    route: 'POST /groups/{id}/messages',
    on: 'a direct conversation with someone who has blocked the blocked one',
    path: ({ directIds }, by) => `/groups/${directIds[by]}/messages`,
    body: text,
    hasDirects: true,
    isSharable: true,
    cells: { ...signedIn(201), blocked: 'forbidden' },
  },
  { route: 'GET /messages/{id}', path: ({ messageId }) => `/messages/${messageId}`, cells: byMembers(200) },
];
