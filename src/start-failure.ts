import { CannotStartError } from './common/cannot-start.error.js';
import { InvalidSettings } from './config/settings.js';
import { EmbeddedMongodbError } from './database/embedded/embedded-mongodb.error.js';

/** What went wrong at the start, in lines for people: each says what to do. An unexpected error keeps its stack. */
export function explainFailure(error: unknown): string[] {
  if (error instanceof InvalidSettings) {
    return ['Confab cannot start: the settings are not valid.', ...error.faults.map((fault) => `  ${fault}`)];
  }
  if (error instanceof EmbeddedMongodbError || error instanceof CannotStartError)
    return [`Confab cannot start: ${error.message}`];
  if (!(error instanceof Error)) return [`Confab cannot start: ${String(error)}`];
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return ['Confab cannot start: the port is taken. Stop what listens there, or set PORT to another one (0: any).'];
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return [`Confab cannot start: permission is missing (${error.message}). Check PORT and DATA_DIR.`];
  }
  if (error.name === 'MongooseServerSelectionError' || error.name === 'MongoServerSelectionError') {
    return [`Confab cannot start: the database does not answer (${error.message}). Check MONGODB_URI.`];
  }
  return [`Confab cannot start: ${error.stack ?? error.message}`];
}
