import type { Readable } from 'node:stream';

/** Bytes of a file from `start` to `end`, both counted from 0 and included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface StoredFile {
  key: string;
  size: number;
  storedAt: Date;
}

/** An upload that never came to its end, or has not yet: bytes that belong to no file. */
export interface BrokenUpload {
  /** For {@link AttachmentStorage.removeBroken}; no key. */
  id: string;
  startedAt: Date;
}

/** Nothing is stored under a key. */
export class NotStoredError extends Error {
  constructor(key: string) {
    super(`nothing is stored under ${key}`);
    this.name = 'NotStoredError';
  }
}

/**
 * Where the bytes of attachments lie. It knows files by keys that the server makes (see {@link assertStorageKey}), and
 * nothing of who may read them.
 *
 * A store that does not answer is told by what {@link toProblem} makes `unavailable` of.
 */
export abstract class AttachmentStorage {
  /**
   * Stores what `source` holds, as it comes: at most one part of it is in memory (GridFS 255 KiB; S3 5 MiB, and
   * for a moment twice that). The file can
   * be read when the promise resolves, and not before; it takes the place of an earlier one of the same key.
   *
   * When `source` fails or ends too early, or `signal` is aborted, nothing of it stays.
   *
   * @param source read to its end, and destroyed when the write fails
   * @returns how many bytes were stored
   * @throws what `source` failed with, or an `AbortError`
   */
  abstract write(key: string, source: Readable, signal?: AbortSignal): Promise<{ size: number }>;

  /**
   * Opens a file. The stream fails when the store goes away, or the file is removed, while it is read; it must be read to
   * its end or destroyed.
   *
   * @param range the whole file when it is left out; an `end` behind the last byte means the last byte
   * @throws NotStoredError
   * @throws RangeError when `range` starts behind the last byte
   */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** Removes files; those that are not there do not matter. From when it resolves on, none of them can be opened. */
  abstract remove(keys: readonly string[]): Promise<void>;

  /** Every file, in the order of the keys. */
  abstract list(): AsyncIterable<StoredFile>;

  /**
   * What uploads have left that did not come to their end, because the server was killed or lost the store. Uploads that
   * are under way are among them: only old ones are broken.
   */
  abstract listBroken(): AsyncIterable<BrokenUpload>;

  /** Removes what {@link listBroken} named; what has become a file since is left alone. */
  abstract removeBroken(ids: readonly string[]): Promise<void>;
}

/**
 * Keys are made by the server: an id, or an id with a word behind a dot for what belongs to it (`<uuid>.thumbnail`).
 * Anything else, such as a path that a client named, is a fault of the caller.
 */
export function assertStorageKey(key: string): void {
  if (!isStorageKey(key)) throw new TypeError('a storage key is an id');
}

export function isStorageKey(text: string): boolean {
  return /^[A-Za-z0-9-]{1,64}(\.[a-z]{1,16})?$/.test(text);
}

/**
 * The bytes that a range means in a file of `size` bytes.
 *
 * @throws RangeError when there are none
 */
export function clampRange({ start, end }: ByteRange, size: number): ByteRange {
  if (!Number.isSafeInteger(start) || start < 0 || end < start || start >= size) {
    throw new RangeError(`a file of ${size} bytes has no bytes ${start} to ${end}`);
  }
  return { start, end: Math.min(end, size - 1) };
}
