import { RedisServer } from '../../dist/tools/support/redis-server.js';
import setUpDatabase from '../support/global-setup.mjs';

/** Beside the database of every run, one Redis for the stories that are told over two nodes. */
export default async function setUp() {
  await setUpDatabase();
  globalThis.testRedis = await RedisServer.start();
  // Workers are processes of their own: the environment is what they get.
  process.env.CONFAB_TEST_REDIS_URL = globalThis.testRedis.url;
}
