// What the builds of the server (build.mjs) and of its pages (web/build.mjs) share: both must cost milliseconds when
// nothing changed, and neither may leave half a file to a server that starts meanwhile.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** What tells a changed file from the one that was built, without reading it. */
export const stampOf = (path) => {
  const { mtimeMs, size } = statSync(join(root, path));
  return `${String(mtimeMs)}:${String(size)}`;
};

/** @returns what the last build wrote about itself; `undefined` when there was none */
export const readStamps = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Writes beside the place and renames: whoever reads meanwhile gets the old file or the new one. */
export const write = (path, content) => {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(temporary, content);
  renameSync(temporary, path);
};
