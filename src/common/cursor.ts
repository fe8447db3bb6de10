import { Problem } from './problem.js';

/** What a cursor may carry: the sort keys of the last row that was given out. */
type CursorValue = string | number | boolean | Date | null;

/** What a value of a cursor must be; a time is written in milliseconds. */
type CursorType = 'string' | 'number' | 'time';

type Decoded<Shape extends readonly CursorType[]> = {
  [Index in keyof Shape]: Shape[Index] extends 'string' ? string : Shape[Index] extends 'number' ? number : Date;
};

/**
 * An opaque place in a list: base64url of a JSON array `[list, ...values]`. The list's name is in it so that a cursor
 * of one list is not taken by another.
 */
export function encodeCursor(list: string, values: readonly CursorValue[]): string {
  const written = values.map((value) => (value instanceof Date ? value.getTime() : value));
  return Buffer.from(JSON.stringify([list, ...written])).toString('base64url');
}

/**
 * The name of a list of which everyone, every group or every message has one: a cursor of one is not taken by another.
 *
 * @param of whose it is: ids
 */
export function listOf(kind: string, ...of: string[]): string {
  return [kind, ...of].join(':');
}

/**
 * Reads a cursor back. `shape` gives the type of each value.
 *
 * @throws Problem `validation_failed` when it is not a cursor of this list
 */
export function decodeCursor<const Shape extends readonly CursorType[]>(
  list: string,
  cursor: string,
  shape: Shape,
): Decoded<Shape> {
  const values = parse(cursor);
  if (
    !Array.isArray(values) ||
    values.length !== shape.length + 1 ||
    values[0] !== list ||
    !shape.every((type, index) => typeof values[index + 1] === (type === 'time' ? 'number' : type))
  ) {
    throw notOfThisList();
  }
  return shape.map((type, index) => {
    const value = values[index + 1] as string | number;
    return type === 'time' ? toCursorTime(Number(value)) : value;
  }) as Decoded<Shape>;
}

/**
 * The time of a cursor in which a number is a time only in some orders of the list.
 *
 * @throws Problem `validation_failed` for milliseconds beyond all times: a query with them would fail
 */
export function toCursorTime(ms: number): Date {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) throw notOfThisList();
  return time;
}

/**
 * The same for a cursor that may be absent: a list that begins at its beginning.
 *
 * @throws Problem `validation_failed` when it is there and not a cursor of this list
 */
export function decodeOptionalCursor<const Shape extends readonly CursorType[]>(
  list: string,
  cursor: string | undefined,
  shape: Shape,
): Decoded<Shape> | undefined {
  return cursor === undefined ? undefined : decodeCursor(list, cursor, shape);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch (error) {
    throw notOfThisList(error);
  }
}

function notOfThisList(cause?: unknown): Problem {
  const message = 'is not a cursor of this list';
  return new Problem('validation_failed', `cursor ${message}`, { errors: [{ field: 'cursor', message }], cause });
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
