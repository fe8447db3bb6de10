import type { UserId } from '../common/ids.js';
import type { LogEnd } from '../groups/group-log.js';
import { everyone } from './mentions.js';
import type { OutlinedMessage } from './messages.repository.js';

/** What is needed of one place of a log to tell for whom it is unread. */
type OutlinedPlace = Pick<OutlinedMessage, 'rev' | 'senderId' | 'mentions'> & { isDeleted: boolean };

/** Most messages mention nobody. */
const nobody: OutlinedPlace['mentions'] = [];

/** The last places of a log, as of one change of it. */
export class LogOutline {
  private readonly places: (OutlinedPlace | undefined)[];
  private readonly senders = new Map<UserId, UserId>();

  private constructor(
    private current: number,
    private lowest: number,
    length: number,
  ) {
    this.places = new Array<OutlinedPlace | undefined>(length).fill(undefined);
  }

  /** @param rows all that stands above a place up to the end of the log, in any order */
  static of({ rev, lastSeq }: LogEnd, above: number, rows: readonly OutlinedMessage[]): LogOutline {
    const outline = new LogOutline(rev, above + 1, lastSeq - above);
    for (const row of rows) outline.set(row);
    return outline;
  }

  get end(): LogEnd {
    return { rev: this.current, lastSeq: this.lowest + this.places.length - 1 };
  }

  /** Places above this one are known. */
  get above(): number {
    return this.lowest - 1;
  }

  /** How many places are known. */
  get size(): number {
    return this.places.length;
  }

  /**
   * What changed since, in any order.
   *
   * @returns false when something is missing between what is known and what changed: it is of no use any more
   */
  moveOn(rows: readonly OutlinedMessage[]): boolean {
    for (const row of rows.toSorted((one, other) => one.seq - other.seq)) {
      if (row.seq > this.end.lastSeq + 1) return false;
      this.set(row);
      this.current = Math.max(this.current, row.rev);
    }
    return true;
  }

  /** Forgets the oldest places until no more than so many are known. */
  shorten(size: number): void {
    const dropped = this.places.length - size;
    if (dropped <= 0) return;
    this.places.splice(0, dropped);
    this.lowest += dropped;
  }

  /** Of the places above one that are known: those unread by a reader who has read up to there, and that mention him. */
  countUnread(reader: UserId, lastReadSeq: number): { unread: number; mentions: number } {
    let unread = 0;
    let mentions = 0;
    for (let index = Math.max(0, lastReadSeq + 1 - this.lowest); index < this.places.length; index += 1) {
      const place = this.places[index];
      if (place === undefined || place.isDeleted || place.senderId === reader) continue;
      unread += 1;
      if (place.mentions.length > 0 && (place.mentions.includes(reader) || place.mentions.includes(everyone))) {
        mentions += 1;
      }
    }
    return { unread, mentions };
  }

  /** What was read of a place later than this is not undone by what was read earlier. */
  private set({ seq, rev, senderId, mentions, deletedAt }: OutlinedMessage): void {
    const index = seq - this.lowest;
    if (index < 0) return;
    const known = this.places[index];
    if (known !== undefined && known.rev >= rev) return;
    // Each row comes with a text of its own for the same sender.
    const sender = this.senders.get(senderId) ?? senderId;
    this.senders.set(sender, sender);
    const named = mentions.length === 0 ? nobody : mentions;
    this.places[index] = { rev, senderId: sender, mentions: named, isDeleted: deletedAt !== null };
  }
}
