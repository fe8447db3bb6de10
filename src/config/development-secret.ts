import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeFolder } from './make-folder.js';

/**
 * The secret of a server that was given none (never in production): made once and kept in the data folder, readable by
 * its owner only, so that tokens outlive a restart.
 *
 * @returns 48 random bytes as base64url
 */
export function developmentSecret(dataDir: string): string {
  makeFolder(dataDir);
  const path = join(dataDir, 'jwt-secret');
  const fresh = join(dataDir, `.jwt-secret-${String(process.pid)}`);
  writeFileSync(fresh, randomBytes(48).toString('base64url'), { mode: 0o600 });
  try {
    // A hard link is made by one of two starters only, and never shows a half-written file.
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
  return readFileSync(path, 'utf8');
}
