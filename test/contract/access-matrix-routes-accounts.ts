import { randomUUID } from 'node:crypto';

import { open, signedIn, byAdmins, type RouteRow } from './access-matrix-cells.js';

const credentials = () => ({ login: 'nobody-of-this-name', password: 'wrong password' });

/** The routes of server and accounts. */
export const accountsRows: readonly RouteRow[] = [
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
];
