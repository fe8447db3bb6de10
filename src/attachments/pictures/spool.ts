import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

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
  const folder = await mkdtemp(join(tmpdir(), `confab-picture-${process.pid}-`));
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
