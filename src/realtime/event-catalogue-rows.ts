import type { Type } from '@nestjs/common';

import type { ClientEventName, ClientEvents, ServerEventName, ServerEvents } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import { ProblemModel } from '../common/http/api-docs.js';
import { Marker } from '../groups/marker.view.js';
import { Message, Reaction } from '../groups/my-group.view.js';
import {
  attachment,
  deletedMessage,
  editedMessage,
  group,
  ids,
  marker,
  message,
  notAMember,
  times,
} from './event-catalogue-examples.js';
import {
  AttachmentEvent,
  AudienceEvent,
  BroadcastEvent,
  CatchUp,
  ConnectedEvent,
  GroupDeletedEvent,
  GroupEvent,
  MemberEvent,
  MessageDeletedEvent,
  MessageEvent,
  MessageUpdatedEvent,
  PongEvent,
  PresenceEvent,
  SessionRevokedEvent,
  Subscribed,
  TokenExpiringEvent,
  TokenRenewed,
  TypingEvent,
} from './server-event.view.js';

/** The class that documents some data: in brackets for a list of it, `null` for nothing. */
type Model<Data> = [Data] extends [null]
  ? null
  : [Data] extends [readonly (infer Item)[]]
    ? readonly [Type<Item>]
    : Type<Data>;

interface ClientEventRow<Payload, Data> {
  meaning: string;
  /** A payload; its class stands in `payloadClasses`, which also checks it. */
  example: Payload;
  /** The `data` of the acknowledgement. */
  ack: { model: Model<Data>; example: Data };
}

interface ServerEventRow<Payload> {
  meaning: string;
  model: Type<Payload extends { channel: unknown } ? { [Key in keyof Payload]: unknown } : Payload>;
  example: Payload;
}

type ClientEventRows = {
  readonly [Name in ClientEventName]: ClientEventRow<ClientEvents[Name]['payload'], ClientEvents[Name]['data']>;
};
type ServerEventRows = { readonly [Name in ServerEventName]: ServerEventRow<ServerEvents[Name]> };

const { ada, bob, group: groupId, message: messageId, epoch } = ids;
const nothing = { model: null, example: null };
const inLargeGroups = `In groups of more than ${String(limits.audience.maxMembers)} members it is sent to his own connections only.`;

/** What clients send. Complete by type: an event without a row does not compile. */
export const clientEventRows: ClientEventRows = {
  message: {
    meaning:
      'Sends a message. Repeated with the same clientMessageId it gives the first message back: repeat it whenever no acknowledgement came.',
    example: { groupId, content: 'Good morning, @bob', clientMessageId: '5f2b7c1e-1' },
    ack: { model: Message, example: { ...message, status: 'sent' } },
  },
  edit_message: {
    meaning: 'Changes the text of an own message.',
    example: { messageId, content: 'Good evening, @bob' },
    ack: { model: Message, example: { ...editedMessage, status: 'sent' } },
  },
  delete_message: {
    meaning: 'Deletes a message; it keeps its place, without its text.',
    example: { messageId },
    ack: { model: Message, example: { ...deletedMessage, status: 'sent' } },
  },
  restore_message: {
    meaning: 'Brings a deleted message back.',
    example: { messageId },
    ack: { model: Message, example: { ...editedMessage, rev: 60, status: 'sent' } },
  },
  react: {
    meaning: 'Adds a reaction, or takes it back with remove. Answered with all reactions of the message.',
    example: { messageId, emoji: '👍' },
    ack: { model: [Reaction], example: [{ emoji: '👍', count: 1, mine: true }] },
  },
  typing: {
    meaning: 'Says that the user is typing; it ends by itself after five seconds, or with the message.',
    example: { groupId, isTyping: true },
    ack: nothing,
  },
  read: {
    meaning: 'Everything up to this place has been read. The marker never moves back.',
    example: { groupId, seq: 42 },
    ack: { model: Marker, example: marker },
  },
  delivered: {
    meaning: 'Everything up to this place has arrived. The marker never moves back.',
    example: { groupId, seq: 42 },
    ack: { model: Marker, example: marker },
  },
  sync: {
    meaning:
      'Asks what changed since the last rev that was seen: every change, in order, or reset. Ask again from the new rev while hasMore is true.',
    example: { groups: { [groupId]: { rev: 56, epoch }, [ids.leftGroup]: { rev: 3, epoch } }, limit: 100 },
    ack: {
      model: CatchUp,
      example: {
        groups: [{ groupId, epoch, rev: 57, changes: [message], hasMore: false, reset: false }],
        joined: [],
        left: [ids.leftGroup],
      },
    },
  },
  subscribe: {
    meaning: 'Receives a channel: one group, or one of the server. All own groups are subscribed from the start.',
    example: { channel: `group:${groupId}`, history: 20 },
    ack: { model: Subscribed, example: { channels: [`group:${groupId}`] } },
  },
  unsubscribe: {
    meaning: 'Receives a channel no longer, on this connection.',
    example: { channel: `group:${groupId}` },
    ack: { model: Subscribed, example: { channels: [] } },
  },
  presence: {
    meaning: 'Chooses what others see while the user is connected.',
    example: { presence: 'away', statusText: 'At lunch' },
    ack: nothing,
  },
  authenticate: {
    meaning: 'Renews the access token of this connection, without connecting again.',
    example: { token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln' },
    ack: { model: TokenRenewed, example: { expiresAt: times.expires } },
  },
  ping: {
    meaning: 'Asks for a sign of life: answered by pong, and by the acknowledgement.',
    example: { timestamp: 1_795_167_000_000 },
    ack: { model: PongEvent, example: { timestamp: 1_795_167_000_000 } },
  },
  pong: {
    meaning: 'Is taken silently, from clients that answer everything.',
    example: { timestamp: 1_795_167_000_000 },
    ack: nothing,
  },
};

/** What the server sends. Complete by type: an event without a row does not compile. */
export const serverEventRows: ServerEventRows = {
  connected: {
    meaning:
      'First on every connection: where each group stands. All live events after it are newer. It comes once more when the server may have missed something that another node told: compare, and ask with sync for what you lack.',
    model: ConnectedEvent,
    example: {
      connectionId: 'q3Zk1bYvXo9cAAAB',
      userId: bob,
      groups: [
        {
          id: groupId,
          epoch,
          rev: 57,
          lastSeq: 42,
          lastReadSeq: 41,
          unreadCount: 1,
          unreadCapped: false,
          mentionCount: 1,
        },
      ],
      heartbeat: { interval: 25_000, timeout: 20_000 },
      serverTime: times.sent,
    },
  },
  new_message: {
    meaning: 'A message was sent.',
    model: MessageEvent,
    example: { message },
  },
  offline_message: {
    meaning:
      'On connect, what others sent above the delivered marker: the newest 50 of a group, oldest first, before anything live of it. Also what subscribe and /ws/groups/{id} were asked for with history.',
    model: MessageEvent,
    example: { message },
  },
  message_updated: {
    meaning:
      'A message was edited, restored or pinned, someone reacted to it, or a file that it carries was renamed, removed or got its thumbnail. Its threadCount is null: no reply came or went with it.',
    model: MessageUpdatedEvent,
    example: {
      message: { ...message, rev: 58, threadCount: null, reactions: [{ emoji: '👍', count: 1, mine: null }] },
      reaction: { userId: bob, emoji: '👍', isAdded: true },
    },
  },
  message_deleted: {
    meaning: 'A message was deleted.',
    model: MessageDeletedEvent,
    example: { messageId, groupId, seq: 42, rev: 59, deletedBy: ada },
  },
  attachment_updated: {
    meaning:
      'To its uploader: the thumbnail of a file was made, or cannot be, or the file was renamed. Who sees it in a message gets message_updated.',
    model: AttachmentEvent,
    example: { attachment },
  },
  typing: {
    meaning: `Who is typing in a group now; nobody when the list is empty. Not sent in groups of more than ${String(limits.audience.maxMembers)} members: GET /groups/{id}/typing tells it there.`,
    model: TypingEvent,
    example: { groupId, userIds: [ada] },
  },
  read: {
    meaning: `A member's read marker moved. ${inLargeGroups}`,
    model: Marker,
    example: marker,
  },
  delivered: {
    meaning: `A member's delivered marker moved. ${inLargeGroups}`,
    model: Marker,
    example: marker,
  },
  user_joined: {
    meaning: "Someone's first connection to the group's live audience. Not sent in groups of more than 200 members.",
    model: AudienceEvent,
    example: { groupId, userId: bob, connectionCount: 2 },
  },
  user_left: {
    meaning: "Someone's last connection left the group's live audience. Not sent in groups of more than 200 members.",
    model: AudienceEvent,
    example: { groupId, userId: bob, connectionCount: 1 },
  },
  member_added: {
    meaning: `Someone became a member; his open connections receive the group from here on. ${inLargeGroups}`,
    model: MemberEvent,
    example: { groupId, userId: bob, role: 'member', by: ada },
  },
  member_removed: {
    meaning: `Someone is no longer a member; he receives this, and nothing of the group after it. ${inLargeGroups}`,
    model: MemberEvent,
    example: { groupId, userId: bob, role: 'member', by: ada },
  },
  member_updated: {
    meaning: `A member's role changed. ${inLargeGroups}`,
    model: MemberEvent,
    example: { groupId, userId: bob, role: 'moderator', by: ada },
  },
  group_created: {
    meaning: 'A group was made with me as a member.',
    model: GroupEvent,
    example: { group },
  },
  group_updated: {
    meaning: "A group's name or description changed.",
    model: GroupEvent,
    example: { group: { ...group, description: 'About steam engines', updatedAt: times.changed } },
  },
  group_deleted: {
    meaning: 'A group was deleted.',
    model: GroupDeletedEvent,
    example: { groupId },
  },
  presence: {
    meaning: 'Someone with whom I share a group came, left, or chose what others see.',
    model: PresenceEvent,
    example: { userId: ada, presence: 'away', statusText: 'At lunch', lastSeenAt: null },
  },
  mention: {
    meaning:
      'A message names me, by @username or, while I am online, by @here. Sent besides new_message, and also when the group is not subscribed. @all, which sets mentionsEveryone, sends it to every member of a group of up to 200; in a larger one new_message itself is the mention.',
    model: MessageEvent,
    example: { message },
  },
  broadcast: {
    meaning:
      "News of one of the server's own channels, to those who subscribed to it. Nothing is kept for those who were away: they read the lists again.",
    model: BroadcastEvent,
    example: {
      channel: 'observatory:conversations',
      event: 'entries.added',
      data: {
        conversationId: ids.conversation,
        count: 1,
        entries: [{ id: ids.message, type: 'user', at: times.sent, isSidechain: false, preview: 'Make it faster' }],
      },
      timestamp: times.sent,
    },
  },
  session_revoked: {
    meaning: 'The session of this connection has ended; the connection is closed next.',
    model: SessionRevokedEvent,
    example: { reason: 'logout' },
  },
  token_expiring: {
    meaning: 'The access token ends within a minute: send authenticate with a new one, or be closed.',
    model: TokenExpiringEvent,
    example: { expiresAt: times.expires },
  },
  error: {
    meaning: 'An event was refused that asked for no acknowledgement, or the connection is about to be closed.',
    model: ProblemModel,
    example: notAMember,
  },
  pong: {
    meaning: 'The answer to ping.',
    model: PongEvent,
    example: { timestamp: 1_795_167_000_000 },
  },
};
