import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

import setUpDatabase from '../support/global-setup.mjs';

/** Beside the database of every run, one Redis for the stories that are told over two nodes. */
export default async function setUp() {
  await setUpDatabase();
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve, reject) => {
    redis.once('error', (cause) => {
      reject(new Error('redis-server did not start: install it (Debian: apt-get install redis-server)', { cause }));
    });
    redis.stdout.setEncoding('utf8').on('data', (text) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
  globalThis.testRedis = redis;
  // Workers are processes of their own: the environment is what they get.
  process.env.CONFAB_TEST_REDIS_URL = `redis://127.0.0.1:${port}`;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return String(port);
}
