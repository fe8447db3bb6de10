import { createHash } from 'node:crypto';

import { decodeCursor, encodeCursor } from '../common/cursor.js';
import type { GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { EntryPlace } from './search-entries.repository.js';

/** A part of what fits, by time, that is ranked as a whole. Its edges stay as they are while one pages through it. */
export interface RankingWindow {
  /** Its newest place; `null`: the newest that there is. */
  newest: EntryPlace | null;
  /** Its oldest place; `null`: as many as are ranked together. */
  oldest: EntryPlace | null;
}

/** Where a page begins. */
export interface SearchPosition {
  window: RankingWindow;
  /** The last one of the window that was given out. */
  after: { fit: number; place: EntryPlace } | null;
}

export const firstPosition: SearchPosition = { window: { newest: null, oldest: null }, after: null };

const listName = 'search';
const none = '';
const shape = [
  'string',
  ...(['time', 'string', 'number'] as const),
  ...(['time', 'string', 'number'] as const),
  ...(['time', 'string', 'number', 'number'] as const),
] as const;

/** @param search what is searched for, and by whom: a cursor holds for it alone */
export function encodePosition(search: object, { window, after }: SearchPosition): string {
  return encodeCursor(listName, [
    digestOf(search),
    ...valuesOf(window.newest),
    ...valuesOf(window.oldest),
    ...valuesOf(after?.place ?? null),
    after?.fit ?? 0,
  ]);
}

/** @throws Problem `validation_failed` when it is no cursor of this search */
export function decodePosition(search: object, cursor: string): SearchPosition {
  const [digest, ...rest] = decodeCursor(listName, cursor, shape);
  const [newestAt, newestGroup, newestSeq, oldestAt, oldestGroup, oldestSeq, afterAt, afterGroup, afterSeq, fit] = rest;
  const place = placeOf(afterAt, afterGroup, afterSeq);
  if (digest !== digestOf(search)) throw Problem.field('cursor', 'is not a cursor of this search');
  return {
    window: { newest: placeOf(newestAt, newestGroup, newestSeq), oldest: placeOf(oldestAt, oldestGroup, oldestSeq) },
    after: place === null ? null : { fit, place },
  };
}

function digestOf(search: object): string {
  return createHash('sha256').update(JSON.stringify(search)).digest('base64url').slice(0, 12);
}

function valuesOf(place: EntryPlace | null): [Date, string, number] {
  return place === null ? [new Date(0), none, 0] : [place.createdAt, place.groupId, place.seq];
}

function placeOf(createdAt: Date, groupId: string, seq: number): EntryPlace | null {
  return groupId === none ? null : { createdAt, groupId: groupId as GroupId, seq };
}
