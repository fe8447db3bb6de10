import type { GroupId } from '../../src/common/ids.js';
import type { LogEnd } from '../../src/groups/group-log.js';
import type { LogArchiveRepository } from '../../src/messages/log/log-archive.repository.js';
import type { LogRepository } from '../../src/messages/log/log.repository.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';
import { CannotDoError } from '../support/usage-error.js';

const pageSize = 500;
const maxTries = 50;

/**
 * A log as of one change, while others write to it. A message that was read with a `rev` up to that of the beginning is
 * as it was then. Those that were changed since are read once more when the rest has been: so long as that takes, and
 * it takes a moment, nothing may change that was there; else it is done again, from a later change on.
 */
export class LogSnapshot {
  private constructor(
    private readonly archive: LogArchiveRepository,
    private readonly groupId: GroupId,
    /** As of when the log is walked. */
    private readonly begin: LogEnd,
  ) {}

  static async of(log: LogRepository, archive: LogArchiveRepository, groupId: GroupId): Promise<LogSnapshot> {
    return new LogSnapshot(archive, groupId, await log.findEnd(groupId));
  }

  get size(): number {
    return this.begin.lastSeq;
  }

  /** Every message in its order; those that were changed since the beginning are to be replaced. */
  walk(): AsyncIterable<MessageRecord> {
    return this.archive.walk(this.groupId, this.begin.lastSeq);
  }

  /**
   * What is to be put in its place, or behind it, when the log has been walked.
   *
   * @returns the change that all of it is as of, and the changed messages by their places
   * @throws CannotDoError when the log changes faster than it can be read
   */
  async settle(log: LogRepository): Promise<{ end: LogEnd; changed: Map<number, MessageRecord> }> {
    const changed = new Map<number, MessageRecord>();
    let since = this.begin.rev;
    for (let tries = 0; tries < maxTries; tries += 1) {
      const end = await log.findEnd(this.groupId);
      const isQuiet = await this.readChanges(since, end, changed);
      if (isQuiet) {
        // What was said behind the change that it is all as of.
        for (const [seq, record] of changed) if (isBehind(record, end)) changed.delete(seq);
        let { lastSeq } = this.begin;
        for (const seq of changed.keys()) lastSeq = Math.max(lastSeq, seq);
        return { end: { rev: end.rev, lastSeq }, changed };
      }
      since = end.rev;
    }
    throw new CannotDoError('The group changes faster than it can be read: try again when less is going on there.');
  }

  /** @returns whether nothing that was there at `end` was changed behind it */
  private async readChanges(since: number, end: LogEnd, changed: Map<number, MessageRecord>): Promise<boolean> {
    let isQuiet = true;
    let rev = since;
    for (;;) {
      const page = await this.archive.listChanged(this.groupId, rev, pageSize);
      for (const record of page) {
        if (record.rev > end.rev && !isBehind(record, end)) isQuiet = false;
        changed.set(record.seq, record);
      }
      if (page.length < pageSize) return isQuiet;
      rev = page.at(-1)?.rev ?? rev;
    }
  }
}

/** It is newer than the change. The first place is known as long as a message was not changed a thousand times. */
function isBehind({ seq, revs }: MessageRecord, { rev, lastSeq }: LogEnd): boolean {
  return seq > lastSeq || (revs[0] ?? 0) > rev;
}
