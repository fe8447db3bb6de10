import type { GroupId, MessageId } from '../../src/common/ids.js';
import type { LogEnd } from '../../src/groups/group-log.js';
import type { MessageDraft, PlacedOperation } from '../../src/messages/log/log-operation.js';
import { LogRepository, type BatchResult } from '../../src/messages/log/log.repository.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';

/** What happens to one bulk write. Numbers are taken modulo the length of the batch. */
export type WriteFault =
  | { kind: 'none' }
  /** The connection breaks after so many operations were written; 0: before the first. */
  | { kind: 'lost_at'; index: number }
  /** All is written, but the answer does not arrive. */
  | { kind: 'lost_after' }
  /** The connection breaks, and what was sent reaches the database all the same: just after the next look at messages. */
  | { kind: 'late' }
  /** The database refuses this operation for what it is; all before it is written. */
  | { kind: 'refused_at'; index: number }
  /** A place is said to be taken at this operation, as when another node was there first; all before it is written. */
  | { kind: 'place_taken_at'; index: number };

/** What the driver throws when a connection breaks, as far as the writer can tell. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The real repository on the real database, with faults on the way to it. Without any planned it is as good as new. */
export class FaultyLogRepository extends LogRepository {
  /** Used up from the front, one a write. */
  writeFaults: WriteFault[] = [];
  /** Used up from the front, one a look at the end of a log: whether it fails. */
  endFaults: boolean[] = [];
  /** What the next look at the end of a log gives instead of the truth. */
  tornEnd: LogEnd | undefined;
  /** Used up from the front, one a look for a message: whether it fails. */
  lookupFaults: boolean[] = [];
  /** While one is set, calls of that kind wait for it first. */
  readonly hold: { write?: Promise<void>; end?: Promise<void>; lookup?: Promise<void> } = {};
  /** What each write was asked for. */
  readonly batches: PlacedOperation[][] = [];
  private readonly held = new Set<'write' | 'end' | 'lookup'>();
  private late: readonly PlacedOperation[] | undefined;

  /** Whether a call of that kind is waiting now. */
  isHolding(kind: 'write' | 'end' | 'lookup'): boolean {
    return this.held.has(kind);
  }

  override async write(batch: readonly PlacedOperation[]): Promise<BatchResult> {
    this.batches.push([...batch]);
    await this.passing('write');
    const fault = this.writeFaults.shift() ?? { kind: 'none' };
    switch (fault.kind) {
      case 'none':
        return super.write(batch);
      case 'lost_after':
        await super.write(batch);
        throw new ConnectionLost('after the write');
      case 'lost_at':
        await this.writeUpTo(fault.index % batch.length, batch);
        throw new ConnectionLost('during the write');
      case 'late':
        this.late = batch;
        throw new ConnectionLost('on the way to the database');
      case 'refused_at': {
        const index = fault.index % batch.length;
        await this.writeUpTo(index, batch);
        return { status: 'refused', index, error: new Error('refused') };
      }
      case 'place_taken_at': {
        const index = fault.index % batch.length;
        const before = await this.writeUpTo(index, batch);
        return before.status === 'complete' ? { status: 'stopped', index, reason: 'place_taken' } : before;
      }
    }
  }

  override findEnd(groupId: GroupId): Promise<LogEnd> {
    const { tornEnd } = this;
    this.tornEnd = undefined;
    return this.reading('end', () => (tornEnd === undefined ? super.findEnd(groupId) : Promise.resolve(tornEnd)));
  }

  override findById(id: MessageId): Promise<MessageRecord | null> {
    return this.reading('lookup', () => super.findById(id));
  }

  override findByIds(ids: readonly MessageId[]): Promise<MessageRecord[]> {
    return this.reading('lookup', async () => {
      const found = await super.findByIds(ids);
      const { late } = this;
      this.late = undefined;
      if (late !== undefined) await super.write(late);
      return found;
    });
  }

  override findRepeated(draft: MessageDraft): Promise<MessageRecord | null> {
    return this.reading('lookup', () => super.findRepeated(draft));
  }

  private async writeUpTo(length: number, batch: readonly PlacedOperation[]): Promise<BatchResult> {
    return length === 0 ? { status: 'complete' } : super.write(batch.slice(0, length));
  }

  private async passing(kind: 'write' | 'end' | 'lookup'): Promise<void> {
    if (this.hold[kind] === undefined) return;
    this.held.add(kind);
    await this.hold[kind];
    this.held.delete(kind);
  }

  private async reading<Result>(kind: 'end' | 'lookup', read: () => Promise<Result>): Promise<Result> {
    await this.passing(kind);
    if (this[`${kind}Faults`].shift() === true) throw new ConnectionLost('during a read');
    return read();
  }
}
