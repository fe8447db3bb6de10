import { isDeepStrictEqual } from 'node:util';

import { limits } from '../../../contract/limits.js';
import type { MessageView } from '../../../contract/views.js';
import type { FinalGroup, HistoryEntry } from './history.js';

/** A promise of the realtime contract that was broken, and by what. */
export interface Breach {
  promise:
    | 'nothing acknowledged is lost'
    | 'nothing is doubled'
    | 'one order'
    | 'complete catch-up'
    | 'no one else'
    | 'counters are exact';
  detail: string;
}

/** Checks what clients did and saw against the six promises, whatever faults there were meanwhile. */
export function checkHistory(entries: readonly HistoryEntry[], groups: readonly FinalGroup[]): Breach[] {
  return [
    ...lost(entries, groups),
    ...groups.flatMap(doubled),
    ...groups.flatMap(disordered),
    ...differentlyOrdered(entries, groups),
    ...groups.flatMap(incomplete),
    ...leaked(entries),
    ...groups.flatMap(miscounted),
  ];
}

function lost(entries: readonly HistoryEntry[], groups: readonly FinalGroup[]): Breach[] {
  const stored = new Map(groups.flatMap(({ log }) => log.map((message) => [message.id, message])));
  return entries.flatMap((entry): Breach[] => {
    if (entry.kind !== 'sent') return [];
    const { id, seq, content, groupId } = entry.message;
    const message = stored.get(id);
    const isThere =
      message?.seq === seq && message.groupId === groupId && (message.isDeleted || message.content === content);
    return isThere ? [] : [{ promise: 'nothing acknowledged is lost', detail: `message ${id} at ${String(seq)}` }];
  });
}

function doubled({ groupId, log }: FinalGroup): Breach[] {
  const sends = Map.groupBy(
    log.filter(({ clientMessageId }) => clientMessageId !== null),
    ({ senderId, clientMessageId }) => `${senderId} ${String(clientMessageId)}`,
  );
  return [...sends].flatMap(([send, messages]): Breach[] =>
    messages.length === 1
      ? []
      : [{ promise: 'nothing is doubled', detail: `${send} is ${String(messages.length)} times in ${groupId}` }],
  );
}

/** Places are 1, 2, 3 … without a gap. */
function disordered({ groupId, log }: FinalGroup): Breach[] {
  const at = log.findIndex(({ seq }, index) => seq !== index + 1);
  return at === -1
    ? []
    : [{ promise: 'one order', detail: `${groupId} has ${String(log[at]?.seq)} at ${String(at + 1)}` }];
}

/** What was received stands where it was received. */
function differentlyOrdered(entries: readonly HistoryEntry[], groups: readonly FinalGroup[]): Breach[] {
  const places = new Map(groups.flatMap(({ log }) => log.map(({ id, seq }) => [id, seq])));
  return entries.flatMap((entry): Breach[] => {
    if (entry.kind !== 'received' || places.get(entry.messageId) === entry.seq) return [];
    const where = `${entry.messageId} came to ${entry.clientId} as ${String(entry.seq)}`;
    return [{ promise: 'one order', detail: `${where}, and is ${String(places.get(entry.messageId))}` }];
  });
}

/** What each client has put together is what a fresh reader finds. */
function incomplete({ groupId, log, views }: FinalGroup): Breach[] {
  const fresh = log.map(comparable);
  return [...views].flatMap(([clientId, view]): Breach[] => {
    if (isDeepStrictEqual(view.map(comparable), fresh)) return [];
    const at = fresh.findIndex((message, index) => !isDeepStrictEqual(view[index] && comparable(view[index]), message));
    return [{ promise: 'complete catch-up', detail: `${clientId} in ${groupId} differs at ${String(at + 1)}` }];
  });
}

/** What was sent after a removal was acknowledged must not reach the removed one, until he is let in again. */
function leaked(entries: readonly HistoryEntry[]): Breach[] {
  const out = new Map<string, Set<string>>();
  const forbidden = new Map<string, Set<string>>();
  const idOf = new Map(
    entries.flatMap((entry) => (entry.kind === 'sent' ? [[keyOf(entry), entry.message.id] as const] : [])),
  );
  return entries.flatMap((entry): Breach[] => {
    switch (entry.kind) {
      case 'removed':
        setOf(out, entry.groupId).add(entry.userId);
        return [];
      case 'readmitted':
        out.get(entry.groupId)?.delete(entry.userId);
        return [];
      case 'send': {
        const id = idOf.get(keyOf(entry));
        if (id !== undefined) for (const userId of setOf(out, entry.groupId)) setOf(forbidden, id).add(userId);
        return [];
      }
      case 'received':
        return forbidden.get(entry.messageId)?.has(entry.userId) === true
          ? [{ promise: 'no one else', detail: `${entry.messageId} reached ${entry.clientId}` }]
          : [];
      case 'sent':
        return [];
    }
  });
}

function miscounted({ groupId, log, unread: counts }: FinalGroup): Breach[] {
  return counts.flatMap(({ userId, lastReadSeq, unreadCount }): Breach[] => {
    const unread = log.filter(
      ({ seq, senderId, isDeleted }) => seq > lastReadSeq && senderId !== userId && !isDeleted,
    ).length;
    const counted = Math.min(unread, limits.unread.maxCount);
    if (counted === unreadCount) return [];
    const numbers = `${String(unreadCount)} instead of ${String(counted)}`;
    return [{ promise: 'counters are exact', detail: `${userId} has ${numbers} in ${groupId}` }];
  });
}

/** A repeat of a send is the same message. */
function keyOf({ userId, clientMessageId }: { userId: string; clientMessageId: string }): string {
  return `${userId} ${clientMessageId}`;
}

function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key) ?? new Set<string>();
  sets.set(key, known);
  return known;
}

/** What a message is for every reader alike. */
function comparable({ id, seq, rev, senderId, content, isDeleted, isEdited }: MessageView): object {
  return { id, seq, rev, senderId, content, isDeleted, isEdited };
}
