import { CannotStartError } from './common/cannot-start.error.js';
import { InvalidSettings } from './config/settings.js';
import { EmbeddedMongodbError } from './database/embedded/embedded-mongodb.error.js';

/** What went wrong at the start, in lines for people: each says what to do. An unexpected error keeps its stack. */
export function explainFailure(error: unknown): string[] {
  if (error instanceof InvalidSettings) {
    return ['Confab cannot start: the settings are not valid.', ...error.faults.map((fault) => `  ${fault}`)];
  }
  const words = causeInWords(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  return [`Confab cannot start: ${words}`];
}

/**
 * What an error of the machine, the settings or the database means, in one line that says what to do.
 *
 * @returns `null` for one that nobody expected
 */
export function causeInWords(error: unknown): string | null {
  if (error instanceof EmbeddedMongodbError) return causeInEngine(error.message);
  if (error instanceof CannotStartError) return error.message;
  if (!(error instanceof Error)) return null;
  return causeOfCode(error) ?? causeInDatabase(error);
}

/** The engine passes on what the system says, in lines of its own. */
function causeInEngine(message: string): string {
  const line = message.replaceAll(/\s*\n\s*/g, ' ');
  if (line.includes('No space left on device')) {
    return `the disk is full (${line}). Make room, or set DATA_DIR to a folder on another disk.`;
  }
  if (line.includes('Permission denied')) {
    return `permission is missing (${line}). Check whose DATA_DIR and the files in it are.`;
  }
  return line;
}

function causeOfCode(error: Error & { code?: unknown; path?: unknown; syscall?: unknown }): string | null {
  if (error.code === 'ENOENT' && error.syscall === 'mkdir') {
    return `no folder can be made there (${error.message}). Check DATA_DIR.`;
  }
  switch (error.code) {
    case 'EADDRINUSE':
      return `the port is taken. Stop what listens there (${placeOf(error)}), or set PORT (METRICS_PORT) to another one (0: any).`;
    case 'EADDRNOTAVAIL':
      return `the address is not one of this machine (${placeOf(error)}). Check HOST.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `a name is not known (${error.message}). Check ${isOfDatabase(error) ? 'MONGODB_URI' : 'HOST'}.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `permission is missing (${error.message}). Check PORT and DATA_DIR.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `there is a file where a folder is needed (${error.message}). Check DATA_DIR.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full (${error.message}). Make room, or set DATA_DIR to a folder on another disk.`;
    case 'EMFILE':
    case 'ENFILE':
      return `too many files are open (${error.message}). Raise the limit (ulimit -n).`;
    default:
      return null;
  }
}

function placeOf(error: Error & { address?: unknown; port?: unknown }): string {
  return 'port' in error ? `${String(error.address)}:${String(error.port)}` : error.message;
}

/** `mongodb+srv://` asks the name service before the driver has anything else to say. */
function isOfDatabase(error: Error & { syscall?: unknown }): boolean {
  return String(error.syscall).startsWith('query');
}

function causeInDatabase(error: Error & { code?: unknown }): string | null {
  if (error.name.endsWith('ServerSelectionError')) {
    return `the database does not answer (${error.message}). Check MONGODB_URI.`;
  }
  if (!error.name.startsWith('Mongo')) return null;
  const [authenticationFailed, unauthorized] = [18, 13];
  if (error.code === authenticationFailed) {
    return `the database refuses the login (${error.message}). Check the user and the password in MONGODB_URI.`;
  }
  if (error.code === unauthorized) {
    return `the database's user may not do this (${error.message}). Give it readWrite on DATABASE_NAME.`;
  }
  if (error.name === 'MongoParseError' || error.name === 'MongoAPIError') {
    return `MONGODB_URI is not good (${error.message}).`;
  }
  if (error.name.startsWith('MongoNetwork')) {
    return `the connection to the database was lost (${error.message}). Check MONGODB_URI.`;
  }
  return null;
}
