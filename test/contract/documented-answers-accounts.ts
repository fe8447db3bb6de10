import { randomUUID } from 'node:crypto';

import type { InviteView, SessionView } from '../../contract/views.js';
import { limits } from '../../contract/limits.js';
import type { AnswerScene, Provocations } from './documented-answers-scene.js';

const registration = (more: object = {}) => {
  const username = `u-${randomUUID().slice(0, 20)}`;
  return { username, email: `${username}@example.org`, password: 'correct horse', ...more };
};

/** An invitation that its only guest has used. */
async function usedInvite(scene: AnswerScene): Promise<string> {
  const { id } = await scene.aGroup();
  const { body } = await scene.ada.api.post<InviteView>(`/groups/${id}/invites`, { maxUses: 1 });
  await (await scene.aPerson()).api.post(`/invites/${body.code}/accept`);
  return body.code;
}

/** Answers of the routes about logins and users that no provocation for all routes brings about. */
export const ofAccounts: Provocations = {
  'POST /auth/register': {
    201: ({ nobody }) => nobody.post('/auth/register', registration()),
    404: ({ nobody }) => nobody.post('/auth/register', registration({ inviteCode: 'unknown' })),
    409: ({ nobody, ada }) => nobody.post('/auth/register', registration({ username: ada.username })),
    410: async (scene) => scene.nobody.post('/auth/register', registration({ inviteCode: await usedInvite(scene) })),
  },
  'POST /auth/login': {
    200: ({ nobody, ada }) => nobody.post('/auth/login', { login: ada.username, password: ada.password }),
  },
  'POST /auth/refresh': {
    200: async ({ nobody, ada }) =>
      nobody.post('/auth/refresh', { refreshToken: (await ada.logInAgain()).tokens.refreshToken }),
  },
  'POST /auth/logout': { 204: async ({ ada }) => (await ada.logInAgain()).api.post('/auth/logout') },
  'POST /auth/logout-all': { 204: async (scene) => (await scene.aPerson()).api.post('/auth/logout-all') },
  'GET /auth/profile': { 200: ({ ada }) => ada.api.get('/auth/profile') },
  'GET /auth/sessions': { 200: ({ ada }) => ada.api.get('/auth/sessions') },
  'DELETE /auth/sessions/{id}': {
    204: async ({ ada }) => {
      const { api } = await ada.logInAgain();
      const { body } = await api.get<SessionView[]>('/auth/sessions');
      return api.delete(`/auth/sessions/${body.find(({ current }) => current)!.id}`);
    },
  },
  'PUT /auth/password': {
    204: async (scene) => {
      const { api, password } = await scene.aPerson();
      return api.put('/auth/password', { currentPassword: password, newPassword: 'battery staple' });
    },
  },
  'GET /users/me': { 200: ({ ada }) => ada.api.get('/users/me') },
  'PATCH /users/me': {
    200: ({ ada }) => ada.api.patch('/users/me', { displayName: 'Ada' }),
    404: async (scene) =>
      (await scene.aPersonWhoIsDeletedElsewhere()).api.patch('/users/me', { displayName: 'Too late' }),
    409: ({ ada, bob }) => ada.api.patch('/users/me', { email: bob.user.email }),
  },
  'DELETE /users/me': {
    204: async (scene) => {
      const { api, password } = await scene.aPerson();
      return api.request('DELETE', '/users/me', { password });
    },
    409: ({ admin }) => admin.api.request('DELETE', '/users/me', { password: admin.password }),
  },
  'GET /users/me/blocks': { 200: ({ ada }) => ada.api.get('/users/me/blocks') },
  'PUT /users/me/blocks/{userId}': {
    204: async (scene) => (await scene.aPerson()).api.put(`/users/me/blocks/${scene.ada.id}`),
    409: async (scene) => {
      const { id, api } = await scene.aPerson();
      const rows = Array.from({ length: limits.blocks.maxBlocks }, () => {
        const blockedId = randomUUID();
        return { _id: `${id}:${blockedId}`, blockerId: id, blockedId, createdAt: new Date() };
      });
      await scene.collection('blocks').insertMany(rows);
      return api.put(`/users/me/blocks/${scene.ada.id}`);
    },
  },
  'DELETE /users/me/blocks/{userId}': { 204: ({ ada, outsider }) => ada.api.delete(`/users/me/blocks/${outsider.id}`) },
  'PUT /users/me/presence': {
    200: ({ ada }) => ada.api.put('/users/me/presence', { presence: 'away' }),
    404: async (scene) =>
      (await scene.aPersonWhoIsDeletedElsewhere()).api.put('/users/me/presence', { presence: 'away' }),
  },
  'GET /users/online': { 200: ({ ada }) => ada.api.get('/users/online') },
  'GET /users': { 200: ({ ada }) => ada.api.get('/users') },
  'GET /users/by-username/{username}': { 200: ({ ada, bob }) => ada.api.get(`/users/by-username/${bob.username}`) },
  'GET /users/{id}': { 200: ({ ada, bob }) => ada.api.get(`/users/${bob.id}`) },
  'PATCH /users/{id}': {
    200: async (scene) => scene.admin.api.patch(`/users/${(await scene.aPerson()).id}`, { isActive: false }),
    404: ({ admin }) => admin.api.patch(`/users/${randomUUID()}`, { isActive: false }),
    409: ({ admin }) => admin.api.patch(`/users/${admin.id}`, { role: 'user' }),
    410: async (scene) => {
      const { id, api, password } = await scene.aPerson();
      await api.request('DELETE', '/users/me', { password });
      return scene.admin.api.patch(`/users/${id}`, { isActive: true });
    },
  },
  'GET /admin/users': { 200: ({ admin }) => admin.api.get('/admin/users') },
  'GET /admin/groups': { 200: ({ admin }) => admin.api.get('/admin/groups') },
  'GET /limits': { 200: ({ ada }) => ada.api.get('/limits') },
};
