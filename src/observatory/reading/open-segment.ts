import { lineKeyOf } from '../observatory-ids.js';
import { encodeRow, packRows, type LineRow } from '../line-row.js';
import type { SegmentRecord } from '../segment.schema.js';

const usualBytes = 131_072;
const maxCharacterBytes = 3;

/**
 * The rows of one conversation in one stretch of a file, while that is read: as they are stored, so that thousands of them
 * are nothing to the collector of garbage.
 */
export class OpenSegment {
  private readonly keys: number[] = [];
  private space = spare.pop() ?? Buffer.allocUnsafeSlow(usualBytes);
  private bytes = 0;
  private last: LineRow | undefined;

  constructor(readonly about: Omit<SegmentRecord, 'rows' | 'keys'>) {}

  add(row: LineRow): void {
    const text = encodeRow(row, this.last);
    const needed = this.bytes + text.length * maxCharacterBytes;
    if (needed > this.space.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.space.copy(larger, 0, 0, this.bytes);
      this.space = larger;
    }
    this.bytes += this.space.write(text, this.bytes, 'utf8');
    this.keys.push(lineKeyOf(row.id));
    this.last = row;
  }

  /** With the rows that it has now. */
  toRecord(): SegmentRecord {
    return { ...this.about, rows: packRows(this.space.subarray(0, this.bytes)), keys: [...this.keys] };
  }

  /** Nothing is added to it any more, and nothing asked of it. */
  release(): void {
    if (this.space.length === usualBytes) spare.push(this.space);
    this.space = Buffer.alloc(0);
    this.bytes = 0;
  }
}

/** Space that is not in use: as much as segments were open side by side. */
const spare: Buffer[] = [];
