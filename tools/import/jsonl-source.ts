import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { limits } from '../../contract/limits.js';
import { isEmoji } from '../../src/messages/reactions.js';
import type { ExportedPerson, ExportHead, MessageLine } from '../support/export-lines.js';
import { jsonLinesOf } from '../support/json-lines.js';
import { CannotDoError } from '../support/usage-error.js';
import {
  SkippedLines,
  type ImportSource,
  type SourceGroup,
  type SourceMember,
  type SourceMessage,
  type SourcePerson,
} from './import-source.js';
import { readLine } from './line-schema.js';
import { unreadable } from './read-text.js';

/**
 * What `npm run export` has written. The file is read through once for its people and its digest; its messages are read
 * again when they are imported, so it is never in memory whole.
 *
 * @throws CannotDoError when it is no export, or cannot be read
 */
export async function readJsonl(path: string): Promise<ImportSource> {
  const scan = new Scan();
  const hash = createHash('sha256');
  for await (const { number, text } of linesOf(path)) {
    scan.take(number, text, hash.copy());
    hash.update(`${text}\n`);
  }
  const { head, people } = scan;
  if (head === null) throw new CannotDoError(`${path} is no export of Confab: its first line does not say so.`);
  for (const id of scan.named) if (!people.has(id)) people.set(id, unknownPerson(id, head));
  return {
    group: groupOf(head, scan),
    people,
    members: scan.members,
    total: scan.messages,
    lines: scan.lines,
    events: 0,
    skipped: scan.skipped,
    notes: scan.notes(),
    messages: () => messagesOf(path),
  };
}

class Scan {
  head: ExportHead | null = null;
  readonly people = new Map<string, SourcePerson>();
  readonly members: SourceMember[] = [];
  readonly named = new Set<string>();
  readonly skipped = new SkippedLines();
  messages = 0;
  lines = 0;
  private isWhole: boolean | null = null;

  take(number: number, text: string | null, hash: ReturnType<typeof createHash>): void {
    this.lines += 1;
    const line = readLine(text);
    if ('reason' in line) {
      this.skipped.add(number, line.reason);
      return;
    }
    switch (line.type) {
      case 'export':
        this.head ??= line;
        break;
      case 'member':
        this.members.push({ person: line.user.id, role: line.role, joinedAt: new Date(line.joinedAt) });
        this.people.set(line.user.id, toPerson(line.user));
        break;
      case 'person':
        this.people.set(line.user.id, toPerson(line.user));
        break;
      case 'message':
        this.takeMessage(number, line);
        break;
      case 'end':
        this.isWhole = line.sha256 === hash.digest('hex');
    }
  }

  notes(): string[] {
    if (this.isWhole === null) return ['The file has no last line: it was cut off. What is there was taken.'];
    return this.isWhole ? [] : ['The file was changed since it was exported. It was taken as it is.'];
  }

  private takeMessage(number: number, line: MessageLine): void {
    const fault = faultOf(line);
    if (fault !== null) {
      this.skipped.add(number, fault);
      return;
    }
    this.messages += 1;
    this.named.add(line.senderId);
    for (const id of line.mentions) this.named.add(id);
    for (const { userIds } of line.reactions) for (const id of userIds) this.named.add(id);
  }
}

async function* messagesOf(path: string): AsyncGenerator<SourceMessage> {
  let latestMs = 0;
  for await (const { number, text } of linesOf(path)) {
    const line = readLine(text);
    if ('reason' in line || line.type !== 'message' || faultOf(line) !== null) continue;
    // Clocks of several nodes differ a little: the place in the log is what counts.
    latestMs = Math.max(latestMs, Date.parse(line.createdAt));
    yield toMessage(number, line, new Date(latestMs));
  }
}

async function* linesOf(path: string): AsyncGenerator<{ number: number; text: string | null }> {
  let number = 0;
  try {
    for await (const text of jsonLinesOf(createReadStream(path))) yield { number: (number += 1), text };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What the form of a line does not tell. */
function faultOf({ content, deletedAt, reactions, attachments }: MessageLine): string | null {
  if (reactions.some(({ emoji }) => !isEmoji(emoji))) return 'a reaction is no emoji';
  if (!areDifferent(reactions.map(({ emoji }) => emoji)) || !reactions.every(({ userIds }) => areDifferent(userIds))) {
    return 'somebody reacts twice in the same way';
  }
  if (!areDifferent(attachments.map(({ id }) => id))) return 'has the same file twice';
  if (deletedAt === null && attachments.length === 0 && (content ?? '').trim() === '') return 'says nothing';
  return null;
}

function areDifferent(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

function toMessage(line: number, message: MessageLine, createdAt: Date): SourceMessage {
  const isDeleted = message.deletedAt !== null;
  return {
    key: JSON.stringify(['message', message.id]),
    line,
    sender: message.senderId,
    content: isDeleted ? '' : (message.content ?? '').toWellFormed(),
    clientMessageId: message.clientMessageId,
    replyTo: message.replyToId === null ? null : JSON.stringify(['message', message.replyToId]),
    mentions: message.mentions,
    mentionsEveryone: message.mentionsEveryone,
    reactions: message.reactions.map(({ emoji, userIds }) => ({ emoji, people: userIds })),
    versions: message.formerTexts.map(({ content, replacedAt }) => ({
      content: content.toWellFormed(),
      replacedAt: new Date(replacedAt),
    })),
    files: isDeleted ? [] : message.attachments,
    createdAt,
    updatedAt: new Date(message.updatedAt),
    editedAt: timeOf(message.editedAt),
    deletedAt: timeOf(message.deletedAt),
    pinnedAt: timeOf(message.pinnedAt),
  };
}

function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function toPerson({ id, username, displayName, isBot, createdAt }: ExportedPerson): SourcePerson {
  return {
    key: id,
    username,
    knownAs: username,
    displayName: displayName.toWellFormed(),
    isBot,
    createdAt: new Date(createdAt),
    isOfGroup: false,
  };
}

function unknownPerson(id: string, { group }: ExportHead): SourcePerson {
  const username = `deleted-${id.slice(-8)}`;
  return {
    key: id,
    username,
    knownAs: username,
    displayName: 'Deleted user',
    isBot: false,
    createdAt: new Date(group.createdAt),
    isOfGroup: false,
  };
}

/** A direct conversation is one of two accounts and one of a kind; as a file it becomes a group like any other. */
function groupOf({ group }: ExportHead, { members, people }: Scan): SourceGroup {
  const names = members.map(({ person }) => people.get(person)?.displayName ?? '').join(', ');
  const name = group.name ?? (names === '' ? 'Direct conversation' : names);
  return {
    key: JSON.stringify(['export', group.id]),
    kind: group.kind === 'channel' ? 'channel' : 'group',
    name: Array.from(name.toWellFormed()).slice(0, limits.group.nameMaxLength).join(''),
    description: group.description.toWellFormed(),
    createdAt: new Date(group.createdAt),
  };
}
