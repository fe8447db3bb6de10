import { once } from 'node:events';

import tearDownDatabase from '../support/global-teardown.mjs';

export default async function tearDown() {
  const { testRedis } = globalThis;
  const ended = once(testRedis, 'exit');
  testRedis.kill();
  await ended;
  await tearDownDatabase();
}
