import { createWriteStream } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const folderPrefix = 'confab-picture-';

/** A folder for one picture, readable by this user alone, and removed with all that is in it. */
export interface Spool extends AsyncDisposable {
  readonly input: string;
  readonly output: string;
}

/**
 * Puts a picture into a file: it may come slowly, and must be whole before its turn to be decoded comes; and the memory
 * is needed for its pixels.
 *
 * @throws what `source` failed with, or an `AbortError`
 */
export async function spool(source: Readable, signal: AbortSignal): Promise<Spool> {
  // A source that fails before anyone reads it must not end the process; the reader is told by the stream itself.
  source.on('error', () => undefined);
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  const input = join(folder, 'input');
  try {
    await pipeline(source, createWriteStream(input, { mode: 0o600 }), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { input, output: join(folder, 'output'), [Symbol.asyncDispose]: remove };
}

/**
 * Removes the folders that servers which were killed have left, with pictures in them as they came. Told by their age and
 * not by the number of their process: containers count those anew, and may share the folder.
 *
 * @param before one that was last changed before this is nobody's any more
 */
export async function removeAbandonedSpools(before: Date): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((one) => one.startsWith(folderPrefix))) {
    const folder = join(tmpdir(), name);
    const found = await lstat(folder).catch(() => null);
    // Its own server has removed it meanwhile; or it is another user's of this machine.
    if (found === null || found.uid !== process.getuid?.() || found.mtime >= before) continue;
    await rm(folder, { recursive: true, force: true });
  }
}
