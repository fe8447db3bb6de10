import type { GroupRecord } from '../../src/groups/group.schema.js';
import type { MembershipRecord } from '../../src/groups/membership.schema.js';
import { everyone } from '../../src/messages/mentions.js';
import type { MessageAttachment, MessageRecord } from '../../src/messages/message.schema.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import {
  exportVersion,
  type ExportedFile,
  type ExportedPerson,
  type ExportHead,
  type MemberLine,
  type MessageLine,
} from '../support/export-lines.js';

// Records → lines: whitelists, as views are.

export function toHead(group: GroupRecord, { rev, lastSeq }: { rev: number; lastSeq: number }, now: Date): ExportHead {
  return {
    type: 'export',
    format: 'confab-export',
    version: exportVersion,
    exportedAt: now.toISOString(),
    rev,
    lastSeq,
    group: {
      id: group._id,
      kind: group.kind,
      name: group.name,
      description: group.description,
      createdAt: group.createdAt.toISOString(),
      closedAt: group.deletedAt?.toISOString() ?? null,
    },
  };
}

export function toPerson({ _id, username, displayName, isBot, createdAt }: UserRecord): ExportedPerson {
  return { id: _id, username, displayName, isBot, createdAt: createdAt.toISOString() };
}

export function toMemberLine({ role, joinedAt }: MembershipRecord, user: UserRecord): MemberLine {
  return { type: 'member', user: toPerson(user), role, joinedAt: joinedAt.toISOString() };
}

/** @param pathOf where the file of an attachment is */
export function toMessageLine(record: MessageRecord, pathOf: (id: string) => string | null): MessageLine {
  const isDeleted = record.deletedAt !== null;
  return {
    type: 'message',
    id: record._id,
    seq: record.seq,
    rev: record.rev,
    senderId: record.senderId,
    content: isDeleted ? null : record.content,
    clientMessageId: record.clientMessageId,
    replyToId: record.replyToId,
    mentions: isDeleted ? [] : record.mentions.filter((id) => id !== everyone),
    mentionsEveryone: !isDeleted && record.mentions.includes(everyone),
    attachments: filesOf(record).map((file) => toFile(file, pathOf(file.id))),
    reactions: isDeleted ? [] : record.reactions.map(({ emoji, userIds }) => ({ emoji, userIds: [...userIds] })),
    pinnedAt: isDeleted ? null : (record.pinnedAt?.toISOString() ?? null),
    editedAt: record.editedAt?.toISOString() ?? null,
    deletedAt: record.deletedAt?.toISOString() ?? null,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    formerTexts: isDeleted
      ? []
      : record.versions.map(({ content, replacedAt }) => ({ content, replacedAt: replacedAt.toISOString() })),
  };
}

/** The files that are still to be seen. */
export function filesOf({ deletedAt, attachments = [] }: MessageRecord): readonly MessageAttachment[] {
  return deletedAt === null ? attachments : [];
}

/** Everyone whom a line names. */
export function namedIn({ senderId, mentions, reactions }: MessageLine): string[] {
  return [senderId, ...mentions, ...reactions.flatMap(({ userIds }) => userIds)];
}

function toFile(file: MessageAttachment, path: string | null): ExportedFile {
  const { id, fileName, contentType, size, sha256, width, height, createdAt } = file;
  return { id, fileName, contentType, size, sha256, width, height, createdAt: createdAt.toISOString(), path };
}
