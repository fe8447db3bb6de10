import { cells, byMembers, byModerators, type RouteRow } from './access-matrix-cells.js';

const text = () => ({ content: 'What the matrix says' });
const thumb = encodeURIComponent('👍');

/** The routes of messages that are changed. */
export const messageChangesRows: readonly RouteRow[] = [
  {
    route: 'PUT /messages/{id}',
    on: 'a message of another',
    path: ({ messageId }) => `/messages/${messageId}`,
    body: text,
    cells: byMembers('forbidden'),
  },
  {
    route: 'PUT /messages/{id}',
    on: 'a message of mine',
    hasOwnMessages: true,
    isSharable: true,
    path: ({ ownMessageIds }, by) => `/messages/${ownMessageIds[by]}`,
    body: text,
    cells: byMembers(200),
  },
  {
    route: 'DELETE /messages/{id}',
    on: 'a message of another',
    path: ({ messageId }) => `/messages/${messageId}`,
    cells: byModerators(204),
  },
  {
    route: 'DELETE /messages/{id}',
    on: 'a message of mine',
    hasOwnMessages: true,
    isSharable: true,
    path: ({ ownMessageIds }, by) => `/messages/${ownMessageIds[by]}`,
    cells: byMembers(204),
  },
  {
    route: 'DELETE /messages/{id}',
    on: 'a message, for good',
    path: ({ messageId }) => `/messages/${messageId}?hard=true`,
    cells: { ...byMembers('forbidden'), admin: 204 },
  },
  {
    route: 'DELETE /messages/{id}',
    on: 'a message of mine, for good',
    hasOwnMessages: true,
    isSharable: true,
    path: ({ ownMessageIds }, by) => `/messages/${ownMessageIds[by]}?hard=true`,
    cells: { ...byMembers('forbidden'), admin: 204 },
  },
  {
    route: 'GET /messages/{id}/history',
    path: ({ messageId }) => `/messages/${messageId}/history`,
    cells: byMembers(200),
  },
  {
    route: 'GET /messages/{id}/history',
    on: 'a deleted message',
    path: ({ deletedId }) => `/messages/${deletedId}/history`,
    cells: byMembers('gone'),
  },
  {
    route: 'POST /messages/{id}/restore',
    on: 'a message that another deleted',
    path: ({ deletedId }) => `/messages/${deletedId}/restore`,
    cells: byMembers('forbidden'),
  },
  {
    route: 'POST /messages/{id}/restore',
    on: 'a message that I deleted',
    hasOwnMessages: true,
    isSharable: true,
    path: ({ ownDeletedIds }, by) => `/messages/${ownDeletedIds[by]}/restore`,
    cells: byMembers(200),
  },
  {
    route: 'PUT /messages/{id}/reactions/{emoji}',
    path: ({ messageId }) => `/messages/${messageId}/reactions/${thumb}`,
    isSharable: true,
    cells: byMembers(200),
  },
  {
    route: 'PUT /messages/{id}/reactions/{emoji}',
    on: 'a deleted message',
    path: ({ deletedId }) => `/messages/${deletedId}/reactions/${thumb}`,
    cells: byMembers('gone'),
  },
  {
    route: 'DELETE /messages/{id}/reactions/{emoji}',
    path: ({ messageId }) => `/messages/${messageId}/reactions/${thumb}`,
    isSharable: true,
    cells: byMembers(200),
  },
  {
    route: 'GET /messages/{id}/thread',
    path: ({ messageId }) => `/messages/${messageId}/thread`,
    cells: byMembers(200),
  },
  {
    route: 'GET /messages/{id}/thread',
    on: 'a deleted message',
    path: ({ deletedId }) => `/messages/${deletedId}/thread`,
    cells: byMembers(200),
  },
  {
    route: 'PUT /messages/{id}/pin',
    path: ({ messageId }) => `/messages/${messageId}/pin`,
    isSharable: true,
    cells: byModerators(200),
  },
  {
    route: 'PUT /messages/{id}/pin',
    on: 'a deleted message',
    path: ({ deletedId }) => `/messages/${deletedId}/pin`,
    cells: cells('not_a_member', 'forbidden', 'gone', 'gone'),
  },
  {
    route: 'DELETE /messages/{id}/pin',
    path: ({ messageId }) => `/messages/${messageId}/pin`,
    isSharable: true,
    cells: byModerators(200),
  },
  { route: 'GET /groups/{id}/pins', path: ({ groupId }) => `/groups/${groupId}/pins`, cells: byMembers(200) },
  {
    route: 'GET /groups/{id}/pins',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/groups/${channelId}/pins`,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 200),
  },
  {
    route: 'POST /messages/{id}/read',
    path: ({ messageId }) => `/messages/${messageId}/read`,
    isSharable: true,
    cells: byMembers(200),
  },
  {
    route: 'GET /messages/{id}/receipts',
    path: ({ messageId }) => `/messages/${messageId}/receipts`,
    cells: byMembers(200),
  },
];
