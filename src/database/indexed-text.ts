import { trusted } from 'mongoose';

/**
 * A text to be found through a unique index that leaves out `null` (`partialFilterExpression: { key: { $type: 'string' } }`).
 * The database takes such an index only for a query that says itself that it wants a string; for the plain text it reads
 * the whole collection.
 */
export function indexedText<Text extends string>(text: Text) {
  return trusted({ $eq: text, $type: 'string' as const });
}
