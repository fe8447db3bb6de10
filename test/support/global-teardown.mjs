import { rm } from 'node:fs/promises';

/** Stops the database that the setup started, and removes its files. */
export default async function tearDown() {
  const { embedded, dataDir } = globalThis.testDatabase;
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}
