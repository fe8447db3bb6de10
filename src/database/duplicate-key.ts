import { mongo } from 'mongoose';

const duplicateKey = 11_000;

/** The error at which an ordered bulk write stopped; its `index` says at which operation. */
export function firstWriteError(error: unknown): mongo.WriteError | undefined {
  if (!(error instanceof mongo.MongoBulkWriteError)) return undefined;
  return [error.writeErrors].flat()[0];
}

/** Whether a bulk write was not acknowledged by as many members as it asked for. */
export function hasWriteConcernError(error: unknown): boolean {
  return error instanceof mongo.MongoBulkWriteError && error.result.getWriteConcernError() !== undefined;
}

/** Whether a bulk write failed for nothing but that some of its documents were there already; the others are written. */
export function hasOnlyDuplicateKeys(error: unknown): boolean {
  if (!(error instanceof mongo.MongoBulkWriteError) || hasWriteConcernError(error)) return false;
  const failures = [error.writeErrors].flat();
  return failures.length > 0 && failures.every(({ code }) => code === duplicateKey);
}

/**
 * The fields of the unique index that refused a write (server error 11000), or `null` for any other error. A bulk
 * write's error carries them in its first write error.
 */
export function duplicateKeyFields(error: unknown): readonly string[] | null {
  if (!(error instanceof mongo.MongoServerError) || error.code !== duplicateKey) return null;
  const source = (firstWriteError(error)?.err ?? error) as object;
  const keyPattern: unknown = 'keyPattern' in source ? source.keyPattern : undefined;
  if (typeof keyPattern === 'object' && keyPattern !== null) return Object.keys(keyPattern);
  return fieldsInMessage(error.message);
}

/** Where the server gives no pattern, its text names the key: `… dup key: { groupId: "…", seq: 7 }`. */
function fieldsInMessage(message: string): string[] {
  const key = /dup key: \{(.*)\}/s.exec(message)?.[1] ?? '';
  return Array.from(key.matchAll(/(?:^|,)\s*([A-Za-z_.]+): /g), (match) => match[1] ?? '');
}
