import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of the package, read once: from the nearest `package.json` above, built or not. */
export const version = readVersion(dirname(fileURLToPath(import.meta.url)));

function readVersion(folder: string): string {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return manifest.version;
  } catch (error) {
    if (dirname(folder) === folder) throw new Error('package.json was not found', { cause: error });
    return readVersion(dirname(folder));
  }
}
