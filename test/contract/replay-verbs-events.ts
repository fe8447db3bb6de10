import type { ClientEventName } from '../../contract/events.js';
import { acknowledged, type Verb } from './replay-scene.js';

/** What clients send over their connections. */
export const clientEvents: Record<ClientEventName, Verb> = {
  message: ({ owner, group, message, socketOf }) =>
    acknowledged(socketOf(owner).send('message', { groupId: group.id, content: 'new', replyToId: message.id })),
  edit_message: ({ owner, message, socketOf }) =>
    acknowledged(socketOf(owner).send('edit_message', { messageId: message.id, content: 'edited' })),
  delete_message: ({ owner, message, socketOf }) =>
    acknowledged(socketOf(owner).send('delete_message', { messageId: message.id })),
  restore_message: ({ owner, deleted, socketOf }) =>
    acknowledged(socketOf(owner).send('restore_message', { messageId: deleted.id })),
  typing: ({ owner, group, socketOf }) => acknowledged(socketOf(owner).send('typing', { groupId: group.id })),
  read: ({ member, group, socketOf }) =>
    acknowledged(socketOf(member).send('read', { groupId: group.id, seq: group.memberCount })),
  delivered: ({ member, group, socketOf }) =>
    acknowledged(socketOf(member).send('delivered', { groupId: group.id, seq: 2 })),
  react: ({ member, message, socketOf }) =>
    acknowledged(socketOf(member).send('react', { messageId: message.id, emoji: '🎉' })),
  sync: ({ owner, socketOf }) => acknowledged(socketOf(owner).send('sync', {})),
  subscribe: ({ owner, group, socketOf }) =>
    acknowledged(socketOf(owner).send('subscribe', { channel: `group:${group.id}`, history: 10 })),
  unsubscribe: ({ owner, channel, socketOf }) =>
    acknowledged(socketOf(owner).send('unsubscribe', { channel: `group:${channel.id}` })),
  presence: ({ owner, socketOf }) =>
    acknowledged(socketOf(owner).send('presence', { presence: 'dnd', statusText: 'at the engine' })),
  authenticate: ({ owner, socketOf }) =>
    acknowledged(socketOf(owner).send('authenticate', { token: owner.tokens.accessToken })),
  pong: ({ member, socketOf }) => acknowledged(socketOf(member).send('pong', {})),
  ping: ({ member, socketOf }) => acknowledged(socketOf(member).send('ping', {})),
};
