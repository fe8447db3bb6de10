import { mongo } from 'mongoose';

/**
 * The fields of the unique index that refused a write (server error 11000), or `null` for any other error.
 * A bulk write's error carries it in its first write error.
 */
export function duplicateKeyFields(error: unknown): readonly string[] | null {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return null;
  const first = error instanceof mongo.MongoBulkWriteError ? firstWriteError(error) : error;
  const pattern: unknown = first['keyPattern'];
  if (typeof pattern === 'object' && pattern !== null) return Object.keys(pattern);
  return fieldsInMessage(error.message);
}

function firstWriteError(error: mongo.MongoBulkWriteError): Record<string, unknown> {
  const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return (errors[0]?.err ?? {}) as unknown as Record<string, unknown>;
}

/** A bulk write's error names the key only in its text: `… dup key: { groupId: "…", seq: 7 }`. */
function fieldsInMessage(message: string): string[] {
  const key = /dup key: \{(.*)\}/s.exec(message)?.[1] ?? '';
  return Array.from(key.matchAll(/(?:^|, |\s)([A-Za-z_.]+): /g), (match) => match[1] ?? '');
}
