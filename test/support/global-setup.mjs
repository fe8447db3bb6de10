import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import mongoose from 'mongoose';

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
  await closeFilesSoon(embedded.uri);
  globalThis.testDatabase = { embedded, dataDir };
  // Workers are processes of their own: the environment is what they get.
  process.env.CONFAB_TEST_MONGODB_URI = embedded.uri;
}

/**
 * The engine keeps a file open for ten minutes after its last use, also one that was dropped: hundreds of databases, each
 * of a hundred files and more, came to the 20,000 files at which a run of all tests ended it (SIGABRT).
 */
async function closeFilesSoon(uri) {
  const connection = await mongoose.createConnection(uri).asPromise();
  const config = 'file_manager=(close_idle_time=5,close_scan_interval=1,close_handle_minimum=500)';
  await connection.db.admin().command({ setParameter: 1, wiredTigerEngineRuntimeConfig: config });
  await connection.close();
}
