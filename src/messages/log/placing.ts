import type { LogEnd } from '../../groups/group-log.js';
import { keptRevs, type MessageRecord } from '../message.schema.js';
import type { LogOperation, PlacedOperation } from './log-operation.js';

/** Gives an operation the next place of a log that ends at `end`. */
export function place(operation: LogOperation, end: LogEnd, now: Date): PlacedOperation {
  const rev = end.rev + 1;
  return {
    operation,
    record: operation.kind === 'create' ? created(operation.draft, end, now) : changed(operation, rev),
  };
}

function created(
  draft: Pick<MessageRecord, '_id' | 'groupId' | 'senderId' | 'clientMessageId' | 'content' | 'replyToId'>,
  end: LogEnd,
  now: Date,
): MessageRecord {
  return {
    ...draft,
    seq: end.lastSeq + 1,
    rev: end.rev + 1,
    revs: [end.rev + 1],
    versions: [],
    createdAt: now,
    updatedAt: now,
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
  };
}

function changed({ before, changes }: Extract<LogOperation, { kind: 'change' }>, rev: number): MessageRecord {
  return { ...before, ...changes, rev, revs: [...before.revs, rev].slice(-keptRevs) };
}
