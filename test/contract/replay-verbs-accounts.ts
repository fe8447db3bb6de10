import { randomUUID } from 'node:crypto';

import type { InviteView, SessionView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectStatus, type Person } from '../support/people.js';
import { ok, type RouteVerbs, type Scene } from './replay-scene.js';

/** Somebody who has come into the group since the state was fetched. */
async function aNewMember({ owner, group, aNewcomer }: Scene): Promise<Person> {
  const newcomer = await aNewcomer();
  await ok(owner.api.put(`/groups/${group.id}/members/${newcomer.id}`, {}));
  return newcomer;
}

const deleteAccount = ({ api, password }: Person) => ok(api.request('DELETE', '/users/me', { password }));

async function registerBy({ owner }: Scene, inviteCode: string): Promise<void> {
  const username = `u-${randomUUID().slice(0, 20)}`;
  const account = { username, email: `${username}@example.org`, password: 'correct horse', inviteCode };
  await ok(new ApiClient(owner.app.api).post('/auth/register', account));
}

/**
 * What changes accounts and logins, as far as others see it. Of another display name nobody is told: who is shown by it
 * is fetched with the messages and members that show him.
 */
export const accountVerbs: RouteVerbs = {
  'post /auth/register': {
    'by an invitation': async (scene) => {
      const { owner, group } = scene;
      const invite = await owner.api.post<InviteView>(`/groups/${group.id}/invites`, {});
      await registerBy(scene, expectStatus(invite, 201).code);
    },
  },
  'post /auth/login': { 'once more': ({ owner }) => owner.logInAgain() },
  'post /auth/refresh': {
    'of another login': async ({ owner }) => {
      const { tokens } = await owner.logInAgain();
      await ok(new ApiClient(owner.app.api).post('/auth/refresh', { refreshToken: tokens.refreshToken }));
    },
  },
  'post /auth/logout': {
    'of another login': async ({ owner }) => ok((await owner.logInAgain()).api.post('/auth/logout')),
  },
  'post /auth/logout-all': {
    'of a new member': async (scene) => ok((await aNewMember(scene)).api.post('/auth/logout-all')),
  },
  'delete /auth/sessions/{id}': {
    'of another login': async ({ owner }) => {
      const { api } = await owner.logInAgain();
      const sessions = expectStatus(await api.get<SessionView[]>('/auth/sessions'), 200);
      await ok(api.delete(`/auth/sessions/${sessions.find(({ current }) => current)!.id}`));
    },
  },
  'put /auth/password': {
    'of a new member': async (scene) => {
      const { api, password } = await aNewMember(scene);
      await ok(api.put('/auth/password', { currentPassword: password, newPassword: 'battery staple' }));
    },
  },
  'patch /users/me': {
    'the text beside the name': ({ member }) => ok(member.api.patch('/users/me', { statusText: 'at the engine' })),
    'and nothing of it any more': async ({ member }) => {
      await ok(member.api.patch('/users/me', { statusText: 'at the engine' }));
      await ok(member.api.patch('/users/me', { statusText: null }));
    },
  },
  'put /users/me/presence': {
    'away, with a text': ({ member }) =>
      ok(member.api.put('/users/me/presence', { presence: 'away', statusText: 'tea' })),
    'for a while': ({ owner }) =>
      ok(owner.api.put('/users/me/presence', { presence: 'dnd', until: '2099-01-01T00:00:00.000Z' })),
  },
  'delete /users/me': {
    'of a new member': async (scene) => deleteAccount(await aNewMember(scene)),
    'of an owner, whose heir is a member': async ({ owner, member, aNewcomer }) => {
      const newcomer = await aNewcomer();
      await newcomer.createGroup({ memberIds: [owner.id, member.id] });
      await deleteAccount(newcomer);
    },
    'of one with whom there is a direct conversation': async ({ owner, aNewcomer }) => {
      const newcomer = await aNewcomer();
      await ok(owner.api.put(`/groups/direct/${newcomer.id}`));
      await deleteAccount(newcomer);
    },
  },
  'put /users/me/blocks/{userId}': {
    'a member, who then calls': async ({ owner, member, group }) => {
      await ok(owner.api.put(`/users/me/blocks/${member.id}`));
      await member.sendMessage(group.id, `@${owner.username}?`);
    },
  },
  'delete /users/me/blocks/{userId}': {
    'a member, who then calls': async ({ owner, member, group }) => {
      await ok(owner.api.put(`/users/me/blocks/${member.id}`));
      await ok(owner.api.delete(`/users/me/blocks/${member.id}`));
      await member.sendMessage(group.id, `@${owner.username}?`);
    },
  },
  'patch /users/{id}': {
    'a new member, out of use and back': async (scene) => {
      const { id } = await aNewMember(scene);
      await ok(scene.admin.api.patch(`/users/${id}`, { isActive: false }));
      await ok(scene.admin.api.patch(`/users/${id}`, { isActive: true }));
    },
    'a member, to be an admin': ({ admin, outsider }) =>
      ok(admin.api.patch(`/users/${outsider.id}`, { role: 'admin' })),
  },
};
