import type { LogEnd } from '../../groups/group-log.js';
import { keptChangeIds, keptRevs, type MessageRecord } from '../message.schema.js';
import { sendKeyOf } from '../send-key.js';
import type { ChangeOperation, LogOperation, MessageDraft, PlacedOperation } from './log-operation.js';

/**
 * Gives an operation the next place of a log that ends at `end`.
 *
 * @param operationId stays with a changed entry, so that the change is known again
 */
export function place(operation: LogOperation, operationId: string, end: LogEnd, now: Date): PlacedOperation {
  const record =
    operation.kind === 'create'
      ? created(operation.draft, end, now)
      : changed(operation, operationId, nextRev(operation, end));
  return { operation, record };
}

/**
 * The entry that is to be changed may have been read after `end`, when another node had written it. A unique index
 * compares documents, not the values within one: it would let the entry take the number that it has once more.
 */
function nextRev({ before }: ChangeOperation, end: LogEnd): number {
  return Math.max(end.rev, before.rev) + 1;
}

/** A new message at the place behind `end`. */
export function created(draft: MessageDraft, end: LogEnd, now: Date): MessageRecord {
  return {
    ...draft,
    sendKey: sendKeyOf(draft),
    seq: end.lastSeq + 1,
    rev: end.rev + 1,
    revs: [end.rev + 1],
    reactions: [],
    changeIds: [],
    versions: [],
    createdAt: now,
    updatedAt: now,
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
    erasedAt: null,
    pinnedAt: null,
  };
}

function changed({ before, changes }: ChangeOperation, operationId: string, rev: number): MessageRecord {
  const revs = [...before.revs, rev].slice(-keptRevs);
  const changeIds = [...before.changeIds, operationId].slice(-keptChangeIds);
  return { ...before, ...changes, rev, revs, changeIds };
}
