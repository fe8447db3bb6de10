import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import type {
  AudiencePayload,
  Channel,
  ConnectedGroup,
  ConnectedPayload,
  GroupChanges,
  MemberPayload,
  MessageDeletedPayload,
  MessageUpdatedPayload,
  SessionEndReason,
  SyncAnswer,
} from '../../contract/events.js';
import { serverChannels } from '../../contract/events.js';
import type { BroadcastPayload } from '../../contract/observatory.js';
import type { MemberRole, Presence, PresenceView } from '../../contract/views.js';
import { Attachment } from '../groups/attachment.view.js';
import { Group } from '../groups/group.view.js';
import { Message } from '../groups/my-group.view.js';

// The payloads of server events, and the acknowledgements that are not views of a noun, as the documentation shows them.

export class GroupPosition implements ConnectedGroup {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid', description: "Identity of the group's log" }) epoch!: string;
  @ApiProperty({ type: 'integer', description: "The log's latest change" }) rev!: number;
  @ApiProperty({ type: 'integer', description: "The log's latest place; 0 while it is empty" }) lastSeq!: number;
  @ApiProperty({ type: 'integer' }) lastReadSeq!: number;
  @ApiProperty({ type: 'integer', description: 'Messages by others, not deleted, above lastReadSeq; at most 999' })
  unreadCount!: number;
  @ApiProperty({ description: 'There are more than unreadCount says' }) unreadCapped!: boolean;
  @ApiProperty({ type: 'integer', description: 'Unread messages that mention me, or everyone' }) mentionCount!: number;
}

export class Heartbeat {
  @ApiProperty({ type: 'integer', description: 'Milliseconds between two pings of the server' }) interval!: number;
  @ApiProperty({ type: 'integer', description: 'Milliseconds that the answer may take' }) timeout!: number;
}

export class ConnectedEvent implements ConnectedPayload {
  @ApiProperty() connectionId!: string;
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ type: [GroupPosition], description: 'The groups that this connection receives' })
  groups!: GroupPosition[];
  @ApiProperty({ type: Heartbeat }) heartbeat!: Heartbeat;
  @ApiProperty({ format: 'date-time' }) serverTime!: string;
}

export class MessageEvent {
  @ApiProperty({ type: Message }) message!: Message;
}

export class ReactionChange {
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ example: '👍' }) emoji!: string;
  @ApiProperty({ description: 'Added, or taken back' }) isAdded!: boolean;
}

export class PinChange {
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ description: 'Pinned, or the pin taken off' }) isPinned!: boolean;
}

export class MessageUpdatedEvent implements MessageUpdatedPayload {
  @ApiProperty({ type: Message }) message!: Message;
  @ApiPropertyOptional({ type: ReactionChange, description: 'When it was a reaction: whose' })
  reaction?: ReactionChange;
  @ApiPropertyOptional({ type: PinChange, description: 'When it was pinned or the pin taken off: by whom' })
  pin?: PinChange;
}

export class MessageDeletedEvent implements MessageDeletedPayload {
  @ApiProperty({ format: 'uuid' }) messageId!: string;
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ type: 'integer', description: 'Its place in the group' }) seq!: number;
  @ApiProperty({ type: 'integer', description: 'The place of this change' }) rev!: number;
  @ApiProperty({ format: 'uuid' }) deletedBy!: string;
}

export class AttachmentEvent {
  @ApiProperty({ type: Attachment }) attachment!: Attachment;
}

export class TypingEvent {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ type: [String], format: 'uuid', description: 'Everyone who is typing now' }) userIds!: string[];
}

export class AudienceEvent implements AudiencePayload {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ type: 'integer', description: 'Connections that receive the group now' }) connectionCount!: number;
}

export class MemberEvent implements MemberPayload {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ enum: ['owner', 'moderator', 'member'] }) role!: MemberRole;
  @ApiProperty({ format: 'uuid', description: 'Who did it; the member himself for join and leave' }) by!: string;
}

export class GroupEvent {
  @ApiProperty({ type: Group }) group!: Group;
}

export class GroupDeletedEvent {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
}

export class PresenceEvent implements PresenceView {
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ enum: ['online', 'away', 'dnd', 'offline'] }) presence!: Presence;
  @ApiProperty({ type: String, nullable: true }) statusText!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null while there is a connection' })
  lastSeenAt!: string | null;
}

const broadcasts: Readonly<Record<BroadcastPayload['event'], string>> = {
  'project.updated': '{ project }: made or changed',
  'project.deleted': '{ projectId }',
  'conversation.updated': '{ conversation }: new, or with new lines',
  'entries.added':
    '{ conversationId, count, entries }: new lines; of up to 20 of them id, type, at, isSidechain and preview',
  'file.updated': '{ file }: read further, gone or back',
  'observatory.state': '{ state }',
};

export class BroadcastEvent {
  @ApiProperty({ enum: serverChannels }) channel!: BroadcastPayload['channel'];
  @ApiProperty({
    enum: Object.keys(broadcasts),
    description: Object.entries(broadcasts)
      .map(([event, carried]) => `${event} ${carried}`)
      .join('; '),
  })
  event!: BroadcastPayload['event'];
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What the event carries' })
  data!: object;
  @ApiProperty({ format: 'date-time' }) timestamp!: string;
}

const sessionEndReasons: Readonly<Record<SessionEndReason, string>> = {
  logout: 'it was logged out',
  logout_all: 'all sessions of the user were',
  password_changed: 'the password was changed on another device',
  refresh_token_reused: 'a refresh token was used twice: it may have been stolen',
  expired: 'it was not refreshed in time',
  deactivated: 'an admin has taken the account out of use',
  account_deleted: 'the account was deleted',
};

export class SessionRevokedEvent {
  @ApiProperty({
    enum: Object.keys(sessionEndReasons),
    description: Object.entries(sessionEndReasons)
      .map(([reason, meaning]) => `${reason}: ${meaning}`)
      .join('; '),
  })
  reason!: SessionEndReason;
}

export class TokenExpiringEvent {
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
}

export class PongEvent {
  @ApiProperty({ description: "The ping's own timestamp, or the server's time in milliseconds" }) timestamp!: number;
}

export class GroupCatchUp implements GroupChanges {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ format: 'uuid', description: "Identity of the group's log" }) epoch!: string;
  @ApiProperty({ type: 'integer', description: 'Ask from here next time' }) rev!: number;
  @ApiProperty({ type: [Message], description: 'In rev order, each in its latest state' }) changes!: Message[];
  @ApiProperty() hasMore!: boolean;
  @ApiProperty({ description: 'The log is not the one that was known: read afresh' }) reset!: boolean;
}

export class CatchUp implements SyncAnswer {
  @ApiProperty({ type: [GroupCatchUp] }) groups!: GroupCatchUp[];
  @ApiProperty({ type: [String], format: 'uuid', description: 'My groups that were not named' }) joined!: string[];
  @ApiProperty({ type: [String], format: 'uuid', description: 'Groups that were named and are no longer mine' })
  left!: string[];
}

export class Subscribed {
  @ApiProperty({ type: [String], example: ['system'], description: 'All channels that this connection receives now' })
  channels!: Channel[];
}

export class TokenRenewed {
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
}
