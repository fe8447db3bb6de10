import { readFile } from 'node:fs/promises';

import { CannotDoError } from '../support/usage-error.js';

/**
 * A file as text.
 *
 * @param isOptional nothing, when there is no such file
 * @throws CannotDoError when it cannot be read
 */
export async function readText(path: string, isOptional = false): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isOptional && (error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw unreadable(path, error);
  }
}

/** What to say when a file that was named cannot be read. */
export function unreadable(path: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  const reasons: Partial<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission is missing',
    EISDIR: 'it is a folder',
  };
  return new CannotDoError(`${path} cannot be read: ${reasons[code ?? ''] ?? code ?? String(error)}.`);
}
