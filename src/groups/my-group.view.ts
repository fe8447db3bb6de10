import { ApiProperty } from '@nestjs/swagger';

import type {
  MemberRole,
  MessageStatus,
  MessageView,
  MuteView,
  MyGroupView,
  ReactionView,
  SenderView,
  TypingView,
} from '../../contract/views.js';
import { Attachment } from './attachment.view.js';
import { GroupDetail } from './group.view.js';
import { isMuted } from './membership.js';
import type { MembershipRecord } from './membership.schema.js';

/** Who sent a message, in short. */
export class Sender implements SenderView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'ada' }) username!: string;
  @ApiProperty({ example: 'Ada Lovelace' }) displayName!: string;
  @ApiProperty({ type: String, nullable: true }) avatarUrl!: string | null;
}

export class Reaction implements ReactionView {
  @ApiProperty({ example: '👍' }) emoji!: string;
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: Boolean, nullable: true, description: 'null in what goes to everyone alike' })
  mine!: boolean | null;
}

/** A message as members see it. Documented here, below all that shows one; made by the messages module. */
export class Message implements MessageView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ type: 'integer', description: 'Its place in the group: 1, 2, 3 … without a gap' }) seq!: number;
  @ApiProperty({ type: 'integer', description: 'The place of its latest change' }) rev!: number;
  @ApiProperty({ format: 'uuid' }) senderId!: string;
  @ApiProperty({ type: Sender }) sender!: Sender;
  @ApiProperty({ type: String, nullable: true, example: 'Good morning', description: 'null when deleted' })
  content!: string | null;
  @ApiProperty({ type: String, nullable: true }) clientMessageId!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) replyToId!: string | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Replies that are not deleted; null in live events of changes, where it stays as it was',
  })
  threadCount!: number | null;
  @ApiProperty({ type: [String], format: 'uuid', description: 'Members that @username or @here names' })
  mentions!: string[];
  @ApiProperty({ description: 'By @all' }) mentionsEveryone!: boolean;
  @ApiProperty({ type: [Attachment], description: 'None when deleted' }) attachments!: Attachment[];
  @ApiProperty({ type: [Reaction] }) reactions!: Reaction[];
  @ApiProperty() isPinned!: boolean;
  @ApiProperty() isEdited!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) editedAt!: string | null;
  @ApiProperty() isDeleted!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) deletedAt!: string | null;
  @ApiProperty({ enum: ['sent', 'delivered', 'read'], nullable: true, description: 'Of my own messages' })
  status!: MessageStatus | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
}

/** A group in the list of one's own. */
export class MyGroup extends GroupDetail implements MyGroupView {
  @ApiProperty({ enum: ['owner', 'moderator', 'member'], nullable: false }) declare role: MemberRole;
  @ApiProperty({ type: 'integer', description: "The log's latest place; 0 while it is empty" }) lastSeq!: number;
  @ApiProperty({ type: 'integer', description: "The log's latest change" }) rev!: number;
  @ApiProperty({ type: 'integer' }) lastReadSeq!: number;
  @ApiProperty({ type: 'integer', description: 'Messages by others, not deleted, above lastReadSeq; at most 999' })
  unreadCount!: number;
  @ApiProperty({ description: 'There are more than unreadCount says' }) unreadCapped!: boolean;
  @ApiProperty({ type: 'integer', description: 'Unread messages that mention me, or everyone' }) mentionCount!: number;
  @ApiProperty({ type: Message, nullable: true }) lastMessage!: Message | null;
  @ApiProperty({ format: 'date-time' }) lastActivityAt!: string;
  @ApiProperty({ description: 'Show no badge; the counts are exact all the same, and no mention event comes' })
  muted!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) mutedUntil!: string | null;
}

export class Mute implements MuteView {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty() muted!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) mutedUntil!: string | null;
}

export class TypingNow implements TypingView {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ type: [String], format: 'uuid' }) userIds!: string[];
}

/** Whether a membership is muted, and until when. */
export function toMuteView(
  membership: Pick<MembershipRecord, 'mutedUntil'>,
  now: Date,
): { muted: boolean; mutedUntil: string | null } {
  const muted = isMuted(membership, now);
  return { muted, mutedUntil: muted ? (membership.mutedUntil?.toISOString() ?? null) : null };
}
