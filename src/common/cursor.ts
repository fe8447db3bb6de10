import { Problem } from './problem.js';

/** What a cursor may carry: the sort keys of the last row that was given out. */
type CursorValue = string | number | boolean | null;

/**
 * An opaque place in a list: base64url of a JSON array `[list, ...values]`. The list's name is in it so that a cursor
 * of one list is not taken by another.
 */
export function encodeCursor(list: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([list, ...values])).toString('base64url');
}

/**
 * Reads a cursor back. `shape` gives the type of each value.
 *
 * @throws Problem `validation_failed` when it is not a cursor of this list
 */
export function decodeCursor<const Shape extends readonly ('string' | 'number')[]>(
  list: string,
  cursor: string,
  shape: Shape,
): { [Index in keyof Shape]: Shape[Index] extends 'string' ? string : number } {
  const values = parse(cursor);
  if (
    !Array.isArray(values) ||
    values.length !== shape.length + 1 ||
    values[0] !== list ||
    !shape.every((type, index) => typeof values[index + 1] === type)
  ) {
    throw Problem.field('cursor', 'is not a cursor of this list');
  }
  return values.slice(1) as { [Index in keyof Shape]: Shape[Index] extends 'string' ? string : number };
}

/**
 * The same for a cursor that may be absent: a list that begins at its beginning.
 *
 * @throws Problem `validation_failed` when it is there and not a cursor of this list
 */
export function decodeOptionalCursor<const Shape extends readonly ('string' | 'number')[]>(
  list: string,
  cursor: string | undefined,
  shape: Shape,
): { [Index in keyof Shape]: Shape[Index] extends 'string' ? string : number } | undefined {
  return cursor === undefined ? undefined : decodeCursor(list, cursor, shape);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch (error) {
    throw new Problem('validation_failed', 'cursor is not a cursor of this list', {
      errors: [{ field: 'cursor', message: 'is not a cursor of this list' }],
      cause: error,
    });
  }
}

/** Makes a page of rows that were read with one more than `limit`: the extra row only says that there is more. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): { items: Item[]; nextCursor: string | null; hasMore: boolean } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return { items: shown.map(toItem), nextCursor: hasMore && last !== undefined ? cursorOf(last) : null, hasMore };
}
