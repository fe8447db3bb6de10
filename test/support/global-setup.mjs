import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Jest loads this file itself, without the module mapping of the tests: so it takes the built sources, which
// `npm test` makes first.
import { startEmbeddedMongodb } from '../../dist/src/database/embedded/embedded-mongodb.js';

/** One embedded database for the whole run; each test application has a database name of its own in it. */
export default async function setUp() {
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-test-'));
  const embedded = await startEmbeddedMongodb({
    dataDir,
    log: (level, message, details) => {
      if (level !== 'info') process.stderr.write(`${level}: ${message} ${JSON.stringify(details)}\n`);
    },
  });
  globalThis.testDatabase = { embedded, dataDir };
  // Workers are processes of their own: the environment is what they get.
  process.env.CONFAB_TEST_MONGODB_URI = embedded.uri;
}
