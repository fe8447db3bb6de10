import tearDownDatabase from '../support/global-teardown.mjs';

export default async function tearDown() {
  await globalThis.testRedis.kill();
  await tearDownDatabase();
}
