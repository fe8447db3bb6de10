import { open, signedIn, cells, byMembers, byModerators, type RouteRow } from './access-matrix-cells.js';

/** The routes of members and invitations. */
export const membersRows: readonly RouteRow[] = [
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
];
