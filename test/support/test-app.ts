import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

import { startConfab, type Confab } from '../../src/app.setup.js';
import { OtherNodes } from '../../src/common/other-nodes.js';
import { loadSettings } from '../../src/config/load-settings.js';
import type { Settings } from '../../src/config/settings.js';
import { Balancer } from './balancer.js';

/** A whole server on a free port with a database of its own, and how to get rid of both. */
export interface TestApp extends Confab {
  /** The address of the REST API. */
  readonly api: string;
  readonly connection: Connection;
  /** The node that `app` is; under `npm run test:cluster` a second one besides. */
  readonly nodes: readonly Confab['app'][];
  /** Resolves when every node has heard what any of them has said so far; with one node at once. */
  agreed(): Promise<void>;
  /** Stops the server alone, for another one to be started on its database. */
  stopKeepingData(): Promise<void>;
}

/** Settings that differ from the defaults in tests: cheap hashes, no limits in the way, nothing on the terminal. */
const quiet = {
  NODE_ENV: 'test',
  PORT: '0',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'silent',
  LOG_FORMAT: 'json',
  BCRYPT_ROUNDS: '4',
  RATE_LIMIT_ENABLED: 'false',
  DEFAULT_DATA: 'false',
  TRANSCRIPTS_PATH: 'off',
};

/** @param environment settings to set otherwise, by the names of their environment variables */
export async function startTestApp(environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-app-'));
  const settings = loadSettings({
    ...quiet,
    DATA_DIR: dataDir,
    MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI'],
    REDIS_URL: process.env['CONFAB_TEST_REDIS_URL'],
    DATABASE_NAME: `t-${randomUUID().slice(0, 30)}`,
    ...environment,
  });
  const confab = await startConfab(settings);
  const connection = confab.app.get<Connection>(getConnectionToken());
  const others = await startOthers(settings, confab.url);
  const url = others.url;
  const nodes = [confab, ...others.nodes].map(({ app }) => app);
  const stop = async () => {
    await others.stop();
    await confab.stop();
  };
  return {
    ...confab,
    connection,
    nodes,
    url,
    api: `${url}${settings.API_PREFIX}`,
    agreed: async () => {
      const linked = nodes.map((node) => node.get(OtherNodes));
      // They hear each other in order, and a removal is done when all have heard it; this one removes nothing.
      await Promise.all(linked.map((node) => node.cut(() => node.tell('rates', []))));
    },
    stopKeepingData: stop,
    stop: async () => {
      await connection.db?.dropDatabase();
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** With a Redis, the same stories are told over two nodes, of which connections get one by turns (`npm run test:cluster`). */
async function startOthers(
  settings: Settings,
  url: string,
): Promise<{ url: string; nodes: Confab[]; stop: () => Promise<void> }> {
  if (settings.REDIS_URL === undefined) return { url, nodes: [], stop: () => Promise.resolve() };
  const second = await startConfab(settings);
  const balancer = await Balancer.to(() => [url, second.url]);
  return {
    url: balancer.url,
    nodes: [second],
    stop: async () => {
      await balancer.close();
      await second.stop();
    },
  };
}
