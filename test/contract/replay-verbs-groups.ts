import type { InviteView } from '../../contract/views.js';
import { expectStatus } from '../support/people.js';
import { ok, type RouteVerbs, type Scene } from './replay-scene.js';

const inviteCode = async ({ owner, group }: Scene) =>
  expectStatus(await owner.api.post<InviteView>(`/groups/${group.id}/invites`, {}), 201).code;

/** What changes groups, and who is in them. */
export const groupVerbs: RouteVerbs = {
  'post /groups': {
    'a group with members': ({ owner, outsider, member }) => owner.createGroup({ memberIds: [outsider.id, member.id] }),
    'a channel': ({ member }) => member.createGroup({ kind: 'channel' }),
  },
  'put /groups/direct/{userId}': {
    'with a member': ({ owner, member }) => ok(owner.api.put(`/groups/direct/${member.id}`)),
    'once more': async ({ owner, member }) => {
      await ok(owner.api.put(`/groups/direct/${member.id}`));
      await ok(member.api.put(`/groups/direct/${owner.id}`));
    },
  },
  'patch /groups/{id}': {
    'name and description': ({ owner, group }) =>
      ok(owner.api.patch(`/groups/${group.id}`, { name: 'renamed', description: 'described' })),
    'one of them': ({ owner, group }) => ok(owner.api.patch(`/groups/${group.id}`, { description: 'only this' })),
  },
  'delete /groups/{id}': { 'a group': ({ owner, group }) => ok(owner.api.delete(`/groups/${group.id}`)) },
  'put /groups/{id}/read': {
    'one further': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/read`, { seq: 1 })),
    'beyond the end': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/read`, { seq: 1000 })),
    'back again': async ({ member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 2 }));
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 1 }));
    },
  },
  'put /groups/{id}/delivered': {
    'one further': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/delivered`, { seq: 1 })),
    'and read less far': async ({ member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/delivered`, { seq: 3 }));
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 1 }));
    },
    'back again': async ({ member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 2 }));
      await ok(member.api.put(`/groups/${group.id}/delivered`, { seq: 1 }));
    },
  },
  'put /groups/{id}/members/{userId}': {
    'a newcomer': ({ owner, outsider, group }) => ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, {})),
    'a role': ({ owner, member, group }) =>
      ok(owner.api.put(`/groups/${group.id}/members/${member.id}`, { role: 'moderator' })),
    'the group handed over': ({ owner, member, group }) =>
      ok(owner.api.put(`/groups/${group.id}/members/${member.id}`, { role: 'owner' })),
    'a newcomer as owner': ({ owner, outsider, group }) =>
      ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, { role: 'owner' })),
  },
  'delete /groups/{id}/members/{userId}': {
    'a member': ({ owner, member, group }) => ok(owner.api.delete(`/groups/${group.id}/members/${member.id}`)),
    oneself: ({ member, group }) => ok(member.api.delete(`/groups/${group.id}/members/${member.id}`)),
  },
  'post /groups/{id}/join': {
    'a channel': ({ outsider, channel }) => ok(outsider.api.post(`/groups/${channel.id}/join`)),
    'a channel, and a message there': async ({ owner, outsider, channel }) => {
      await ok(outsider.api.post(`/groups/${channel.id}/join`));
      await owner.sendMessage(channel.id);
    },
  },
  'post /groups/{id}/leave': {
    'a group': ({ member, group }) => ok(member.api.post(`/groups/${group.id}/leave`)),
    'a group as its last member': async ({ outsider }) => {
      const { id } = await outsider.createGroup();
      await ok(outsider.api.post(`/groups/${id}/leave`));
    },
    'a channel, after joining it': async ({ outsider, channel }) => {
      await ok(outsider.api.post(`/groups/${channel.id}/join`));
      await ok(outsider.api.post(`/groups/${channel.id}/leave`));
    },
  },
  'put /groups/{id}/mute': {
    'a group, and then a mention': async ({ owner, member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/mute`, { until: '2099-01-01T00:00:00.000Z' }));
      await owner.sendMessage(group.id, `@${member.username}, are you there?`);
    },
  },
  'put /groups/{id}/typing': {
    'for a while': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/typing`, { isTyping: true })),
  },
  'post /groups/{id}/invites': { 'one that nobody uses': inviteCode },
  'delete /groups/{id}/invites/{code}': {
    'one that nobody used': async (scene) =>
      ok(scene.owner.api.delete(`/groups/${scene.group.id}/invites/${await inviteCode(scene)}`)),
  },
  'post /invites/{code}/accept': {
    'by a newcomer': async (scene) => ok(scene.outsider.api.post(`/invites/${await inviteCode(scene)}/accept`)),
    'by a member': async (scene) => ok(scene.member.api.post(`/invites/${await inviteCode(scene)}/accept`)),
  },
};
