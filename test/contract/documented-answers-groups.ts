import { limits } from '../../contract/limits.js';
import type { InviteView } from '../../contract/views.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import type { AnswerScene, Provocations } from './documented-answers-scene.js';

async function anInvite(scene: AnswerScene, request: object = {}): Promise<InviteView> {
  const { id } = await scene.aGroup();
  return (await scene.ada.api.post<InviteView>(`/groups/${id}/invites`, request)).body;
}

async function aUsedInvite(scene: AnswerScene): Promise<InviteView> {
  const invite = await anInvite(scene, { maxUses: 1 });
  await (await scene.aPerson()).api.post(`/invites/${invite.code}/accept`);
  return invite;
}

/** Answers of the routes about groups and their members that no provocation for all routes brings about. */
export const ofGroups: Provocations = {
  'POST /groups': {
    201: ({ ada }) => ada.api.post('/groups', { kind: 'group', name: 'Engines' }),
    409: async (scene) => scene.bob.api.post('/groups', { kind: 'channel', name: (await scene.aChannel()).name }),
  },
  'GET /groups': { 200: ({ ada }) => ada.api.get('/groups') },
  'PUT /groups/direct/{userId}': {
    201: async (scene) => scene.ada.api.put(`/groups/direct/${(await scene.aPerson()).id}`),
    200: async ({ ada, bob }) => {
      await ada.api.put(`/groups/direct/${bob.id}`);
      return bob.api.put(`/groups/direct/${ada.id}`);
    },
    403: async (scene) => {
      const blocker = await scene.aPerson();
      await blocker.api.put(`/users/me/blocks/${scene.ada.id}`);
      return scene.ada.api.put(`/groups/direct/${blocker.id}`);
    },
  },
  'GET /groups/discover': { 200: ({ ada }) => ada.api.get('/groups/discover') },
  'GET /groups/by-name/{name}': {
    200: async (scene) => {
      const { name } = await scene.aChannel();
      return scene.bob.api.get(`/groups/by-name/${encodeURIComponent(name!)}`);
    },
  },
  'GET /groups/{id}': { 200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aGroup()).id}`) },
  'PATCH /groups/{id}': {
    200: async (scene) => scene.ada.api.patch(`/groups/${(await scene.aGroup()).id}`, { description: 'New' }),
    409: async (scene) => {
      const [one, other] = await Promise.all([scene.aChannel(), scene.aChannel()]);
      return scene.ada.api.patch(`/groups/${one.id}`, { name: other.name });
    },
  },
  'DELETE /groups/{id}': { 204: async (scene) => scene.ada.api.delete(`/groups/${(await scene.aGroup()).id}`) },
  'GET /groups/{id}/members': {
    200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aGroup()).id}/members`),
  },
  'PUT /groups/{id}/members/{userId}': {
    200: async (scene) =>
      scene.ada.api.put(`/groups/${(await scene.aGroup()).id}/members/${scene.bob.id}`, { role: 'moderator' }),
    201: async (scene) => {
      const [group, newcomer] = await Promise.all([scene.aGroup(), scene.aPerson()]);
      return scene.ada.api.put(`/groups/${group.id}/members/${newcomer.id}`, {});
    },
    409: async (scene) =>
      scene.ada.api.put(`/groups/${(await scene.aGroup()).id}/members/${scene.ada.id}`, { role: 'member' }),
  },
  'DELETE /groups/{id}/members/{userId}': {
    204: async (scene) => scene.ada.api.delete(`/groups/${(await scene.aGroup()).id}/members/${scene.bob.id}`),
    409: async (scene) => scene.ada.api.delete(`/groups/${(await scene.aGroup()).id}/members/${scene.ada.id}`),
  },
  'POST /groups/{id}/join': { 200: async (scene) => scene.bob.api.post(`/groups/${(await scene.aChannel()).id}/join`) },
  'POST /groups/{id}/leave': {
    204: async (scene) => scene.bob.api.post(`/groups/${(await scene.aGroup()).id}/leave`),
    409: async (scene) => scene.ada.api.post(`/groups/${(await scene.aGroup()).id}/leave`),
  },
  'PUT /groups/{id}/read': {
    200: async (scene) => scene.bob.api.put(`/groups/${(await scene.aMessage()).groupId}/read`, { seq: 1 }),
  },
  'PUT /groups/{id}/delivered': {
    200: async (scene) => scene.bob.api.put(`/groups/${(await scene.aMessage()).groupId}/delivered`, { seq: 1 }),
  },
  'GET /groups/{id}/read-state': {
    200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aMessage()).groupId}/read-state`),
  },
  'PUT /groups/{id}/mute': {
    200: async (scene) => scene.bob.api.put(`/groups/${(await scene.aGroup()).id}/mute`, { until: null }),
  },
  'PUT /groups/{id}/typing': {
    204: async (scene) => scene.bob.api.put(`/groups/${(await scene.aGroup()).id}/typing`, { isTyping: false }),
  },
  'GET /groups/{id}/typing': {
    200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aGroup()).id}/typing`),
  },
  'POST /groups/{id}/invites': {
    201: async (scene) => scene.ada.api.post(`/groups/${(await scene.aGroup()).id}/invites`, {}),
    409: async (scene) => {
      const { id } = await scene.aGroup();
      await scene.ada.api.post(`/groups/${id}/invites`, {});
      const made = (await scene.collection('invites').findOne({ groupId: id }))!;
      const others = Array.from({ length: limits.invite.maxPerGroup - 1 }, (_, index) => ({
        ...made,
        _id: `${made._id.slice(0, -2)}${String(index).padStart(2, '0')}`,
      }));
      await scene.collection('invites').insertMany(others);
      return scene.ada.api.post(`/groups/${id}/invites`, {});
    },
  },
  'GET /groups/{id}/invites': {
    200: async (scene) => scene.ada.api.get(`/groups/${(await anInvite(scene)).groupId}/invites`),
  },
  'DELETE /groups/{id}/invites/{code}': {
    204: async (scene) => {
      const { groupId, code } = await anInvite(scene);
      return scene.ada.api.delete(`/groups/${groupId}/invites/${code}`);
    },
  },
  'GET /invites/{code}': {
    200: async (scene) => scene.nobody.get(`/invites/${(await anInvite(scene)).code}`),
    410: async (scene) => scene.nobody.get(`/invites/${(await aUsedInvite(scene)).code}`),
  },
  'POST /invites/{code}/accept': {
    200: async (scene) => (await scene.aPerson()).api.post(`/invites/${(await anInvite(scene)).code}/accept`),
    409: async (scene) => {
      const [{ code }, guest] = await Promise.all([anInvite(scene), scene.aPerson()]);
      const memberships = scene.app.app.get(MembershipsRepository);
      // Somebody adds and removes him in the same moment.
      memberships.insert = () => {
        Reflect.deleteProperty(memberships, 'insert');
        return Promise.resolve(false);
      };
      return guest.api.post(`/invites/${code}/accept`);
    },
    410: async (scene) => (await scene.aPerson()).api.post(`/invites/${(await aUsedInvite(scene)).code}/accept`),
  },
};
