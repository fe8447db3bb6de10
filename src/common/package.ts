import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the package lies: the nearest folder above with a `package.json`, whether this runs built or not. */
export const packageFolder = findPackage(dirname(fileURLToPath(import.meta.url)));

/** The version of the package, read once. */
export const version = (JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string })
  .version;

function findPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) throw new Error('package.json was not found');
  return findPackage(dirname(folder));
}
