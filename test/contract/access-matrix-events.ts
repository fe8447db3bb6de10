import { randomUUID } from 'node:crypto';

import type { ClientEventName } from '../../contract/events.js';
import type { ProblemCode } from '../../contract/problems.js';
import type { Column, Scene, SceneOptions } from './access-matrix-scene.js';

export interface EventRow extends SceneOptions {
  event: ClientEventName;
  on?: string;
  payload: (scene: Scene, by: Column) => object;
  /** Nobody, the expired and the deactivated one have no socket to send it over. */
  cells: Record<Exclude<Column, 'nobody' | 'expired' | 'deactivated'>, true | ProblemCode>;
}

type EventCells = EventRow['cells'];

/** Answers by the place in the group, as for routes. */
const sent = (
  member: EventCells['owner'],
  moderator: EventCells['owner'] = member,
  owner: EventCells['owner'] = moderator,
): EventCells => ({
  outsider: 'not_a_member',
  former: 'not_a_member',
  admin: 'not_a_member',
  blocked: member,
  member,
  moderator,
  owner,
});

/** The same answer for everybody. */
const anybody = (expected: EventCells['owner'] = true): EventCells => ({
  ...sent(expected),
  outsider: expected,
  former: expected,
  admin: expected,
});

export const eventRows: readonly EventRow[] = [
  {
    event: 'message',
    isSharable: true,
    payload: ({ groupId }) => ({ groupId, content: 'What the matrix says' }),
    cells: sent(true),
  },
  ...(['message', 'typing'] as const).map((event): EventRow => ({
    event,
    on: 'in a direct conversation with someone who has blocked the blocked one',
    hasDirects: true,
    isSharable: true,
    payload: ({ directIds }, by) => ({
      groupId: directIds[by],
      ...(event === 'message' && { content: 'What the matrix says' }),
    }),
    cells: { ...anybody(), blocked: 'forbidden' },
  })),
  {
    event: 'edit_message',
    on: 'a message of another',
    payload: ({ messageId }) => ({ messageId, content: 'What the matrix says' }),
    cells: sent('forbidden'),
  },
  {
    event: 'edit_message',
    on: 'a message of mine',
    hasOwnMessages: true,
    isSharable: true,
    payload: ({ ownMessageIds }, by) => ({ messageId: ownMessageIds[by], content: 'What the matrix says' }),
    cells: sent(true),
  },
  {
    event: 'delete_message',
    on: 'a message of another',
    payload: ({ messageId }) => ({ messageId }),
    cells: sent('forbidden', true),
  },
  {
    event: 'delete_message',
    on: 'a message of mine',
    hasOwnMessages: true,
    isSharable: true,
    payload: ({ ownMessageIds }, by) => ({ messageId: ownMessageIds[by] }),
    cells: sent(true),
  },
  {
    event: 'restore_message',
    on: 'a message that another deleted',
    payload: ({ deletedId }) => ({ messageId: deletedId }),
    cells: sent('forbidden'),
  },
  {
    event: 'restore_message',
    on: 'a message that I deleted',
    hasOwnMessages: true,
    isSharable: true,
    payload: ({ ownDeletedIds }, by) => ({ messageId: ownDeletedIds[by] }),
    cells: sent(true),
  },
  { event: 'typing', isSharable: true, payload: ({ groupId }) => ({ groupId }), cells: sent(true) },
  { event: 'read', isSharable: true, payload: ({ groupId }) => ({ groupId, seq: 1 }), cells: sent(true) },
  { event: 'delivered', isSharable: true, payload: ({ groupId }) => ({ groupId, seq: 1 }), cells: sent(true) },
  {
    event: 'react',
    isSharable: true,
    payload: ({ messageId }) => ({ messageId, emoji: '👍' }),
    cells: sent(true),
  },
  {
    event: 'react',
    on: 'a deleted message',
    payload: ({ deletedId }) => ({ messageId: deletedId, emoji: '👍' }),
    cells: sent('gone'),
  },
  // It names those that are not mine as left, and tells nothing of them: see realtime-sync.spec.ts.
  {
    event: 'sync',
    isSharable: true,
    payload: ({ groupId }) => ({ groups: { [groupId]: { rev: 0, epoch: randomUUID() } } }),
    cells: anybody(),
  },
  {
    event: 'subscribe',
    on: 'a group',
    isSharable: true,
    payload: ({ groupId }) => ({ channel: `group:${groupId}`, history: 10 }),
    cells: sent(true),
  },
  {
    event: 'subscribe',
    on: 'a channel that only the owner has joined',
    isSharable: true,
    payload: ({ channelId }) => ({ channel: `group:${channelId}` }),
    cells: sent('not_a_member', 'not_a_member', true),
  },
  {
    event: 'subscribe',
    on: 'a channel of the server',
    isSharable: true,
    payload: () => ({ channel: 'observatory:conversations' }),
    cells: anybody(),
  },
  {
    event: 'unsubscribe',
    isSharable: true,
    payload: ({ groupId }) => ({ channel: `group:${groupId}` }),
    cells: anybody(),
  },
  { event: 'presence', isSharable: true, payload: () => ({ presence: 'online' }), cells: anybody() },
  {
    event: 'authenticate',
    on: 'a token of mine',
    isSharable: true,
    payload: ({ cast }, by) => ({ token: cast[by === 'nobody' ? 'stranger' : by].tokens.accessToken }),
    cells: anybody(),
  },
  {
    event: 'authenticate',
    on: 'a token of another',
    payload: ({ cast }) => ({ token: cast.stranger.tokens.accessToken }),
    cells: anybody('forbidden'),
  },
  { event: 'pong', isSharable: true, payload: () => ({}), cells: anybody() },
  {
    event: 'ping',
    isSharable: true,
    payload: () => ({}),
    cells: anybody(),
  },
];
