import type { GroupId, MessageId, UserId } from '../../src/common/ids.js';
import type { LogEnd } from '../../src/groups/group-log.js';
import type { LogArchiveRepository } from '../../src/messages/log/log-archive.repository.js';
import type { LogRepository } from '../../src/messages/log/log.repository.js';
import { place } from '../../src/messages/log/placing.js';
import type { MessageDraft, PlacedOperation } from '../../src/messages/log/log-operation.js';
import { everyone } from '../../src/messages/mentions.js';
import type { MessageAttachment, MessageRecord } from '../../src/messages/message.schema.js';
import { importKeyOf } from '../../src/messages/send-key.js';
import type { SearchEntriesRepository } from '../../src/search/search-entries.repository.js';
import type { IndexedMessage } from '../../src/search/search-entry.js';
import { CannotDoError } from '../support/usage-error.js';
import { derivedId } from './derived-id.js';
import type { ImportedFiles } from './files.js';
import type { SkippedLines, SourceMessage } from './import-source.js';

/** What became of the messages of a file. */
export interface Imported {
  imported: number;
  alreadyThere: number;
  /** Their times would have gone back behind what was in the log, or lay in the future. */
  laterTimes: number;
}

const batchSize = 500;

/**
 * Writes messages to a log, with their own times, by the rules of the log: the next place each, and times that do not go
 * back. A message is known by what it is called in its file, so one that is there already is left as it is.
 */
export class LogImport {
  readonly counts: Imported = { imported: 0, alreadyThere: 0, laterTimes: 0 };
  private end: LogEnd = { rev: 0, lastSeq: 0 };
  private lastTime: Date | null = null;

  constructor(
    private readonly groupId: GroupId,
    private readonly people: ReadonlyMap<string, UserId>,
    private readonly log: LogRepository,
    private readonly archive: LogArchiveRepository,
    private readonly entries: SearchEntriesRepository,
    private readonly files: ImportedFiles,
    private readonly about: {
      mayMoveTimes: boolean;
      now: Date;
      skipped: SkippedLines;
      onStep: (count: number) => void;
    },
  ) {}

  /** @throws CannotDoError when the log has newer messages than the file, unless times may be moved */
  async run(messages: AsyncIterable<SourceMessage> | Iterable<SourceMessage>): Promise<{ lastSeq: number }> {
    this.end = await this.log.findEnd(this.groupId);
    this.lastTime = await this.archive.findLastTime(this.groupId);
    let batch: SourceMessage[] = [];
    for await (const message of messages) {
      batch.push(message);
      if (batch.length < batchSize) continue;
      await this.writeBatch(batch);
      batch = [];
    }
    await this.writeBatch(batch);
    return { lastSeq: this.end.lastSeq };
  }

  private async writeBatch(batch: readonly SourceMessage[]): Promise<void> {
    const keys = new Map(
      batch
        .flatMap(({ key, replyTo }) => [key, ...(replyTo === null ? [] : [replyTo])])
        .map((key) => [key, this.keyOf(key)]),
    );
    const sent = await this.archive.findSent(this.groupId, [...keys.values()]);
    const ids = new Map<string, MessageId>();
    for (const [key, sendKey] of keys) {
      const id = sent.get(sendKey);
      if (id !== undefined) ids.set(key, id);
    }
    const fresh = batch.filter(({ key }) => !ids.has(key));
    this.counts.alreadyThere += batch.length - fresh.length;
    const records: MessageRecord[] = [];
    for (const message of fresh) {
      const record = await this.recordOf(message, ids);
      ids.set(message.key, record._id);
      records.push(record);
    }
    await this.write(records);
    this.about.onStep(batch.length);
  }

  private keyOf(key: string): string {
    return importKeyOf(this.groupId, key);
  }

  private async recordOf(message: SourceMessage, ids: ReadonlyMap<string, MessageId>): Promise<MessageRecord> {
    const { key, line, content, clientMessageId, replyTo, deletedAt } = message;
    const createdAt = this.timeOf(message);
    const _id = derivedId(createdAt, ['message', this.groupId, key], line) as MessageId;
    const senderId = this.idOf(message.sender);
    const replyToId = replyTo === null ? null : (ids.get(replyTo) ?? null);
    if (replyTo !== null && replyToId === null) this.about.skipped.add(line, 'answers a message that is not there');
    const attachments = await this.attachmentsOf(message, { messageId: _id, uploaderId: senderId });
    const mentions = this.idsOf(message.mentions);
    const draft: MessageDraft = {
      _id,
      groupId: this.groupId,
      senderId,
      clientMessageId,
      content,
      replyToId,
      mentions: message.mentionsEveryone ? [...mentions, everyone] : mentions,
      ...(attachments.length > 0 && { attachments }),
    };
    // Its place comes when it is written.
    const { record } = place({ kind: 'create', draft }, '', this.end, createdAt);
    return {
      ...record,
      sendKey: this.keyOf(key),
      reactions: message.reactions.map(({ emoji, people }) => ({ emoji, userIds: this.idsOf(people) })),
      versions: message.versions.map((version) => ({ ...version })),
      updatedAt: message.updatedAt,
      editedAt: message.editedAt,
      deletedAt,
      // Its text is not in the file: so it was deleted for good.
      erasedAt: deletedAt,
      pinnedAt: message.pinnedAt,
    };
  }

  /** As in the file; but never before the message that it stands behind, and never in the future. */
  private timeOf({ createdAt, line }: SourceMessage): Date {
    const last = this.lastTime;
    let time = createdAt > this.about.now ? this.about.now : createdAt;
    if (last !== null && time < last) {
      if (!this.about.mayMoveTimes) throw behind(line, createdAt, last);
      // By a little more each, so that times alone tell the order of these messages.
      time = new Date(last.getTime() + 1);
    }
    if (time.getTime() !== createdAt.getTime()) this.counts.laterTimes += 1;
    this.lastTime = time;
    return time;
  }

  private idOf(person: string): UserId {
    const id = this.people.get(person);
    if (id === undefined) throw new Error(`nobody is ${person}`);
    return id;
  }

  /** Each once: two people of a file may have become one account. */
  private idsOf(people: readonly string[]): UserId[] {
    return [...new Set(people.map((person) => this.idOf(person)))];
  }

  private async attachmentsOf(
    { files, line }: SourceMessage,
    place: { messageId: MessageId; uploaderId: UserId },
  ): Promise<MessageAttachment[]> {
    const stored: MessageAttachment[] = [];
    for (const file of files) {
      const kept = await this.files.store(file, { groupId: this.groupId, ...place });
      if ('reason' in kept) this.about.skipped.add(line, `goes without the file ${file.fileName}: ${kept.reason}`);
      else stored.push(kept);
    }
    return stored;
  }

  /** Others may write to the same log at the same time: then the rest is placed anew, behind what they wrote. */
  private async write(records: readonly MessageRecord[]): Promise<void> {
    for (let rest = records; rest.length > 0;) {
      const placed = rest.map((record, index) => this.placed(record, index));
      const result = await this.log.write(placed);
      if (result.status === 'refused') throw result.error;
      const written = placed.slice(0, result.status === 'complete' ? placed.length : result.index);
      this.counts.imported += written.length;
      this.end = { rev: this.end.rev + written.length, lastSeq: this.end.lastSeq + written.length };
      for (const { record } of written) await this.files.settle(record.attachments ?? []);
      // So that it is found at once. What is missing when the import is killed here, a server's sweep finds.
      await this.entries.write(written.map(({ record }) => toIndexed(record)));
      rest = rest.slice(written.length);
      const [stopped] = rest;
      if (stopped === undefined) return;
      if (result.status === 'stopped' && result.reason !== 'place_taken') {
        // Another import of the same file was faster.
        const { size } = await this.archive.findSent(this.groupId, [stopped.sendKey ?? '']);
        if (size === 0) throw new Error(`the message ${stopped._id} could not be placed (${result.reason})`);
        this.counts.alreadyThere += 1;
        rest = rest.slice(1);
      }
      this.end = await this.log.findEnd(this.groupId);
    }
  }

  private placed(record: MessageRecord, index: number): PlacedOperation {
    const seq = this.end.lastSeq + index + 1;
    const rev = this.end.rev + index + 1;
    return { operation: { kind: 'create', draft: record }, record: { ...record, seq, rev, revs: [rev] } };
  }
}

function toIndexed(record: MessageRecord): IndexedMessage {
  const { _id, groupId, seq, rev, senderId, createdAt, content, deletedAt, attachments = [] } = record;
  const text = deletedAt === null ? content : null;
  const hasAttachment = deletedAt === null && attachments.length > 0;
  return { messageId: _id, groupId, seq, rev, senderId, createdAt, content: text, hasAttachment, isNew: true };
}

function behind(line: number, createdAt: Date, last: Date): Error {
  return new CannotDoError(
    `The group has messages that are newer (${last.toISOString()}) than line ${line} (${createdAt.toISOString()}), and the times of a log do not go back. Import into a new group, or give them later times with --later-times.`,
  );
}
