import { randomUUID } from 'node:crypto';

import type { ProblemCode } from '../../contract/problems.js';
import type { Column, Scene, SceneOptions } from './access-matrix-scene.js';

/** What is answered: a status, or the code of the problem. */
export type Expected = number | ProblemCode;

type Cells = Record<Column, Expected>;

export interface RouteRow extends SceneOptions {
  /** As the OpenAPI document has it, without the prefix. A route may have several rows. */
  route: string;
  /** On what it acts, where that matters. */
  on?: string;
  path: (scene: Scene, by: Column) => string;
  body?: (scene: Scene, by: Column) => object;
  cells: Cells;
  /** It ends sessions of the one who asks, or changes his account: not to be done to people whom other rows need. */
  needsNewPeople?: boolean;
}

/** The same answer for everybody, signed in or not. */
const open = (expected: Expected): Cells => ({ ...signedIn(expected), nobody: expected, deactivated: expected });

/** The same answer for everybody who is signed in. */
function signedIn(expected: Expected): Cells {
  return cells(expected, expected, expected, expected);
}

/**
 * Answers by the place in the group. An admin is an outsider there: his role opens no conversation. So is who was a member
 * once; and who is blocked by another is a member like any.
 */
function cells(outsider: Expected, member: Expected, moderator: Expected, owner: Expected): Cells {
  return {
    nobody: 'unauthenticated',
    deactivated: 'session_revoked',
    outsider,
    former: outsider,
    admin: outsider,
    blocked: member,
    member,
    moderator,
    owner,
  };
}

const byAdmins = (expected: Expected): Cells => ({ ...signedIn('forbidden'), admin: expected });
const byMembers = (expected: Expected) => cells('not_a_member', expected, expected, expected);
const byModerators = (expected: Expected) => cells('not_a_member', 'forbidden', expected, expected);
const text = () => ({ content: 'What the matrix says' });
const thumb = encodeURIComponent('👍');
const credentials = () => ({ login: 'nobody-of-this-name', password: 'wrong password' });

export const routeRows: readonly RouteRow[] = [
  { route: 'GET /health', path: () => '/health', cells: open(200) },
  { route: 'GET /health/live', path: () => '/health/live', cells: open(200) },
  { route: 'GET /health/ready', path: () => '/health/ready', cells: open(200) },
  {
    route: 'POST /auth/register',
    path: () => '/auth/register',
    isSharable: true,
    body: () => {
      const username = `u-${randomUUID().slice(0, 20)}`;
      return { username, email: `${username}@example.org`, password: 'correct horse' };
    },
    cells: open(201),
  },
  { route: 'POST /auth/login', path: () => '/auth/login', body: credentials, cells: open('invalid_credentials') },
  {
    route: 'POST /auth/refresh',
    path: () => '/auth/refresh',
    body: () => ({ refreshToken: 'not a token' }),
    cells: open('unauthenticated'),
  },
  {
    route: 'POST /auth/logout',
    path: () => '/auth/logout',
    cells: signedIn(204),
    needsNewPeople: true,
    isSharable: true,
  },
  {
    route: 'POST /auth/logout-all',
    path: () => '/auth/logout-all',
    cells: signedIn(204),
    needsNewPeople: true,
    isSharable: true,
  },
  { route: 'GET /auth/profile', path: () => '/auth/profile', cells: signedIn(200) },
  { route: 'GET /auth/sessions', path: () => '/auth/sessions', cells: signedIn(200) },
  {
    route: 'DELETE /auth/sessions/{id}',
    on: 'a session of mine',
    hasOwnSessions: true,
    isSharable: true,
    path: ({ sessionIds }, by) => `/auth/sessions/${sessionIds[by]}`,
    cells: signedIn(204),
  },
  {
    route: 'DELETE /auth/sessions/{id}',
    on: 'a session of another',
    path: ({ sessionIds }) => `/auth/sessions/${sessionIds.nobody}`,
    cells: signedIn('not_found'),
  },
  {
    route: 'PUT /auth/password',
    path: () => '/auth/password',
    body: () => ({ currentPassword: 'correct horse', newPassword: 'battery staple' }),
    cells: signedIn(204),
    needsNewPeople: true,
    isSharable: true,
  },
  { route: 'GET /users/me', path: () => '/users/me', cells: signedIn(200) },
  {
    route: 'PATCH /users/me',
    path: () => '/users/me',
    body: () => ({ displayName: 'Changed by the matrix' }),
    isSharable: true,
    cells: signedIn(200),
  },
  {
    route: 'DELETE /users/me',
    on: 'with another password',
    path: () => '/users/me',
    body: () => ({ password: 'wrong password' }),
    cells: signedIn('invalid_credentials'),
  },
  {
    route: 'DELETE /users/me',
    path: () => '/users/me',
    body: () => ({ password: 'correct horse' }),
    isSharable: true,
    needsNewPeople: true,
    cells: signedIn(204),
  },
  {
    route: 'PUT /users/me/presence',
    path: () => '/users/me/presence',
    body: () => ({ presence: 'away' }),
    isSharable: true,
    cells: signedIn(200),
  },
  { route: 'GET /users/me/blocks', path: () => '/users/me/blocks', cells: signedIn(200) },
  {
    route: 'PUT /users/me/blocks/{userId}',
    path: ({ cast }) => `/users/me/blocks/${cast.stranger.id}`,
    isSharable: true,
    needsNewPeople: true,
    cells: signedIn(204),
  },
  {
    route: 'DELETE /users/me/blocks/{userId}',
    path: ({ cast }) => `/users/me/blocks/${cast.stranger.id}`,
    isSharable: true,
    cells: signedIn(204),
  },
  { route: 'GET /users/online', path: () => '/users/online', cells: signedIn(200) },
  { route: 'GET /users', path: () => '/users', cells: signedIn(200) },
  { route: 'GET /users/{id}', path: ({ cast }) => `/users/${cast.stranger.id}`, cells: signedIn(200) },
  {
    route: 'GET /users/by-username/{username}',
    path: ({ cast }) => `/users/by-username/${cast.stranger.username}`,
    cells: signedIn(200),
  },
  {
    route: 'PATCH /users/{id}',
    on: 'another',
    path: ({ cast }) => `/users/${cast.stranger.id}`,
    body: () => ({ role: 'user', isActive: true }),
    isSharable: true,
    cells: byAdmins(200),
  },
  {
    route: 'PATCH /users/{id}',
    on: 'himself, to become an admin',
    path: ({ cast }, by) => `/users/${cast[by === 'nobody' ? 'member' : by].id}`,
    body: () => ({ role: 'admin' }),
    isSharable: true,
    cells: byAdmins(200),
  },
  { route: 'GET /admin/users', path: () => '/admin/users', cells: byAdmins(200) },
  { route: 'GET /admin/groups', path: () => '/admin/groups', cells: byAdmins(200) },
  { route: 'GET /limits', path: () => '/limits', cells: signedIn(200) },

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
  {
    route: 'GET /groups/{id}/members',
    on: 'a group',
    path: ({ groupId }) => `/groups/${groupId}/members`,
    cells: byMembers(200),
  },
  {
    route: 'GET /groups/{id}/members',
    on: 'a channel',
    path: ({ channelId }) => `/groups/${channelId}/members`,
    cells: signedIn(200),
  },
  {
    route: 'PUT /groups/{id}/members/{userId}',
    on: 'a stranger, to add him',
    path: ({ groupId, cast }) => `/groups/${groupId}/members/${cast.stranger.id}`,
    body: () => ({}),
    cells: byModerators(201),
  },
  {
    route: 'PUT /groups/{id}/members/{userId}',
    on: 'a member, to raise him',
    path: ({ groupId, cast }) => `/groups/${groupId}/members/${cast.bystander.id}`,
    body: () => ({ role: 'moderator' }),
    cells: cells('not_a_member', 'forbidden', 'forbidden', 200),
  },
  {
    route: 'PUT /groups/{id}/members/{userId}',
    on: 'himself, to become owner',
    path: ({ groupId, cast }, by) => `/groups/${groupId}/members/${cast[by === 'nobody' ? 'member' : by].id}`,
    body: () => ({ role: 'owner' }),
    cells: cells('not_a_member', 'forbidden', 'forbidden', 200),
  },
  {
    route: 'DELETE /groups/{id}/members/{userId}',
    path: ({ groupId, cast }) => `/groups/${groupId}/members/${cast.bystander.id}`,
    cells: byModerators(204),
  },
  {
    route: 'POST /groups/{id}/join',
    on: 'a group',
    path: ({ groupId }) => `/groups/${groupId}/join`,
    isSharable: true,
    cells: byMembers(200),
  },
  {
    route: 'POST /groups/{id}/join',
    on: 'a channel',
    path: ({ channelId }) => `/groups/${channelId}/join`,
    isSharable: true,
    cells: signedIn(200),
  },
  {
    route: 'POST /groups/{id}/leave',
    path: ({ groupId }) => `/groups/${groupId}/leave`,
    cells: cells('not_a_member', 204, 204, 'conflict'),
  },

  {
    route: 'PUT /groups/{id}/mute',
    path: ({ groupId }) => `/groups/${groupId}/mute`,
    body: () => ({ until: '2099-01-01T00:00:00.000Z' }),
    isSharable: true,
    cells: byMembers(200),
  },
  {
    route: 'PUT /groups/{id}/typing',
    path: ({ groupId }) => `/groups/${groupId}/typing`,
    body: () => ({ isTyping: true }),
    isSharable: true,
    cells: byMembers(204),
  },
  { route: 'GET /groups/{id}/typing', path: ({ groupId }) => `/groups/${groupId}/typing`, cells: byMembers(200) },
  {
    route: 'GET /groups/{id}/typing',
    on: 'a channel that only the owner has joined',
    path: ({ channelId }) => `/groups/${channelId}/typing`,
    cells: cells('not_a_member', 'not_a_member', 'not_a_member', 200),
  },
  {
    route: 'POST /groups/{id}/invites',
    path: ({ groupId }) => `/groups/${groupId}/invites`,
    body: () => ({ maxUses: 1 }),
    isSharable: true,
    cells: byModerators(201),
  },
  {
    route: 'GET /groups/{id}/invites',
    path: ({ groupId }) => `/groups/${groupId}/invites`,
    cells: byModerators(200),
  },
  {
    route: 'DELETE /groups/{id}/invites/{code}',
    path: ({ groupId, inviteCode }) => `/groups/${groupId}/invites/${inviteCode}`,
    cells: byModerators(204),
  },
  { route: 'GET /invites/{code}', path: ({ inviteCode }) => `/invites/${inviteCode}`, cells: open(200) },
  {
    route: 'POST /invites/{code}/accept',
    path: ({ inviteCode }) => `/invites/${inviteCode}/accept`,
    isSharable: true,
    cells: signedIn(200),
  },

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
