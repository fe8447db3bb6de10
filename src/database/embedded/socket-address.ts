import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMongodbError } from './embedded-mongodb.error.js';

/** A Unix socket's path has room for 107 bytes on Linux and 103 on macOS. */
const SOCKET_PATH_MAX_BYTES = 100;

/**
 * Where the database of a data folder is always reached. The engine makes a new socket at every opening; the child that
 * runs it keeps a symbolic link to it at this path, so that drivers find it again after a restart.
 *
 * @param dataDir Absolute path of the folder.
 * @returns `<dataDir>/mongodb.sock`, or a path in the temporary folder (made here, for this user only) where that would be too long.
 * @throws EmbeddedMongodbError when the folder in the temporary folder is someone else's.
 */
export async function stableSocketPath(dataDir: string): Promise<string> {
  const inDataDir = join(dataDir, 'mongodb.sock');
  if (Buffer.byteLength(inDataDir) <= SOCKET_PATH_MAX_BYTES) return inDataDir;
  const uid = userInfo().uid;
  const userDir = join(tmpdir(), `confab-${String(uid)}`);
  await mkdir(userDir, { recursive: true, mode: 0o700 });
  // Anyone may make a folder of this name first, and would then say where our connections go.
  const found = await lstat(userDir);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new EmbeddedMongodbError(
      `${userDir} is open to other users: remove it, or set DATA_DIR to a path shorter than ${String(SOCKET_PATH_MAX_BYTES)} bytes`,
    );
  }
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(userDir, `${name}.sock`);
}

/** The connection string for a Unix socket. `directConnection`: the driver stays with this one address and looks for no other. */
export function mongodbUri(socketPath: string): string {
  return `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`;
}

/** Whether a connection string is one of {@link mongodbUri}: also when it came as MONGODB_URI, from `npm run db`. */
export function isEmbeddedUri(uri: string): boolean {
  return uri.startsWith('mongodb://%2F') && uri.endsWith('.sock/?directConnection=true');
}
