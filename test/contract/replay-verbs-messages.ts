import { sendsWithFiles } from './replay-verbs-attachments.js';
import { ok, reactionOf, type RouteVerbs } from './replay-scene.js';

/** What changes messages. */
export const messageVerbs: RouteVerbs = {
  'post /groups/{id}/messages': {
    'a message': ({ member, group }) => member.sendMessage(group.id),
    'the same one twice': async ({ member, group }) => {
      const request = { content: 'once', clientMessageId: 'once' };
      await ok(member.api.post(`/groups/${group.id}/messages`, request));
      await ok(member.api.post(`/groups/${group.id}/messages`, request));
    },
    'one that mentions': ({ owner, member, outsider, group }) =>
      owner.sendMessage(
        group.id,
        `@${member.username} and @${outsider.username}, who is not here, and @${owner.username}`,
      ),
    'one that mentions everyone': ({ owner, group }) => owner.sendMessage(group.id, '@all: listen'),
    'one that mentions who is here': ({ member, group }) => member.sendMessage(group.id, '@here: listen'),
    'one that would mention everyone if it might': ({ member, group }) => member.sendMessage(group.id, '@all: listen'),
    'a reply, and another': async ({ owner, member, group, message }) => {
      await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await owner.sendMessage(group.id, 'two', { replyToId: message.id });
    },
    'a reply to a deleted one': ({ member, group, deleted }) =>
      member.sendMessage(group.id, 'to what was said', { replyToId: deleted.id }),
    ...sendsWithFiles,
    'many at once': ({ owner, member, group }) =>
      Promise.all([owner, member, owner, member, owner].map((sender) => sender.sendMessage(group.id))),
  },
  'put /messages/{id}': {
    'another text': ({ owner, message }) => ok(owner.api.put(`/messages/${message.id}`, { content: 'other' })),
    'a mention': ({ owner, member, message }) =>
      ok(owner.api.put(`/messages/${message.id}`, { content: `@${member.username}!` })),
    'a mention of everyone, and none': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}`, { content: '@all' }));
      await ok(owner.api.put(`/messages/${message.id}`, { content: 'nobody' }));
      await ok(owner.api.put(`/messages/${message.id}`, { content: '@all @here' }));
    },
    'the same text': ({ owner, message }) => ok(owner.api.put(`/messages/${message.id}`, { content: message.content })),
  },
  'delete /messages/{id}': {
    'by its author': ({ owner, message }) => ok(owner.api.delete(`/messages/${message.id}`)),
    'a reply': async ({ owner, member, group, message }) => {
      const { id } = await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await owner.sendMessage(group.id, 'two', { replyToId: message.id });
      await ok(member.api.delete(`/messages/${id}`));
    },
    'for good': ({ admin, message }) => ok(admin.api.delete(`/messages/${message.id}?hard=true`)),
    'for good what was deleted before': async ({ admin, deleted }) => {
      await ok(admin.api.delete(`/messages/${deleted.id}?hard=true`));
      await ok(admin.api.delete(`/messages/${deleted.id}?hard=true`));
    },
    'for good a reply that was edited and pinned': async ({ owner, member, admin, group, message }) => {
      const { id } = await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await ok(member.api.put(`/messages/${id}`, { content: 'other' }));
      await ok(owner.api.put(`/messages/${id}/pin`));
      await ok(admin.api.delete(`/messages/${id}?hard=true`));
    },
    'what was replied to': async ({ owner, member, group, message }) => {
      await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await ok(owner.api.delete(`/messages/${message.id}`));
    },
    twice: async ({ owner, message }) => {
      await ok(owner.api.delete(`/messages/${message.id}`));
      await ok(owner.api.delete(`/messages/${message.id}`));
    },
  },
  'post /messages/{id}/restore': {
    'a deleted one': ({ owner, deleted }) => ok(owner.api.post(`/messages/${deleted.id}/restore`)),
    'a reply': async ({ member, group, message }) => {
      const { id } = await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await ok(member.api.delete(`/messages/${id}`));
      await ok(member.api.post(`/messages/${id}/restore`));
    },
  },
  'put /messages/{id}/reactions/{emoji}': {
    'one more': ({ owner, message }) => ok(owner.api.put(reactionOf(message, '👍'))),
    'the same one twice': async ({ member, message }) => {
      await ok(member.api.put(reactionOf(message, '👍')));
      await ok(member.api.put(reactionOf(message, '👍')));
    },
    'one of a kind of its own': ({ member, message }) => ok(member.api.put(reactionOf(message, '🎉'))),
    'some by everyone at once': ({ owner, member, message }) =>
      Promise.all(
        ['👍', '🎉', '❤️'].flatMap((emoji) =>
          [owner, member].map(({ api }) => ok(api.put(reactionOf(message, emoji)))),
        ),
      ),
    'and then another text': async ({ owner, member, message }) => {
      await ok(member.api.put(reactionOf(message, '🎉')));
      await ok(owner.api.put(`/messages/${message.id}`, { content: 'other' }));
    },
  },
  'delete /messages/{id}/reactions/{emoji}': {
    'the only one': ({ member, message }) => ok(member.api.delete(reactionOf(message, '👍'))),
    'one of two': async ({ owner, member, message }) => {
      await ok(owner.api.put(reactionOf(message, '👍')));
      await ok(member.api.delete(reactionOf(message, '👍')));
    },
    'one that is not there': ({ owner, message }) => ok(owner.api.delete(reactionOf(message, '👍'))),
  },
  'put /messages/{id}/pin': {
    'a message': ({ owner, message }) => ok(owner.api.put(`/messages/${message.id}/pin`)),
    'the same one twice': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}/pin`));
      await ok(owner.api.put(`/messages/${message.id}/pin`));
    },
    'and then deleted and restored': async ({ owner, group }) => {
      const { id } = await owner.sendMessage(group.id);
      await ok(owner.api.put(`/messages/${id}/pin`));
      await ok(owner.api.delete(`/messages/${id}`));
      await ok(owner.api.post(`/messages/${id}/restore`));
    },
    'and then another text': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}/pin`));
      await ok(owner.api.put(`/messages/${message.id}`, { content: 'other' }));
    },
  },
  'delete /messages/{id}/pin': {
    'a pinned one': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}/pin`));
      await ok(owner.api.delete(`/messages/${message.id}/pin`));
    },
    'one that is not pinned': ({ owner, message }) => ok(owner.api.delete(`/messages/${message.id}/pin`)),
  },
  'post /messages/{id}/read': {
    'a message of another': ({ member, message }) => ok(member.api.post(`/messages/${message.id}/read`)),
    'a deleted one': ({ member, deleted }) => ok(member.api.post(`/messages/${deleted.id}/read`)),
  },
};
