import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { limits } from '../../contract/limits.js';
import type { GroupDetailView, TokenPairView } from '../../contract/views.js';
import { Inspector } from './inspector.js';
import type { Cpus, Processes } from './processes.js';
import { api, forEachOf, type Account, type Side, type Target } from './target.js';

/** Who registers with it is an admin. */
export const adminEmail = 'admin@bench.example.org';

export interface ConfabOptions {
  mongodbUri: string;
  database: string;
  dataDir: string;
  secret: string;
  cpus: Cpus;
  /** With an inspector: to profile it, or to collect its garbage before its memory is read. */
  isInspected: boolean;
  /** Without, it collects nothing for the dashboard, and stands for the baseline. */
  isMonitored: boolean;
  /** What it stands for, when that is not told by the rest. */
  side?: Side;
  /** Of the observatory, which is off without. */
  transcriptsPath?: string;
  /** By which it knows of other nodes. */
  redisUrl?: string;
}

/** Our server as it is built, with the limits off that a load is meant to meet, and cheap passwords. */
export async function startConfab(processes: Processes, options: ConfabOptions): Promise<Target> {
  const { pid, printed } = await processes.spawnUntil(
    join(import.meta.dirname, '../../src/main.js'),
    /Confab is ready at http:.*\n/,
    {
      cpus: options.cpus,
      nodeFlags: options.isInspected ? ['--inspect=127.0.0.1:0'] : [],
      environment: {
        NODE_ENV: 'test',
        PORT: '0',
        HOST: '127.0.0.1',
        MONGODB_URI: options.mongodbUri,
        DATABASE_NAME: options.database,
        DATA_DIR: options.dataDir,
        JWT_SECRET: options.secret,
        ACCESS_TOKEN_TTL: '1d',
        BCRYPT_ROUNDS: '4',
        RATE_LIMIT_ENABLED: 'false',
        MONITORING_ENABLED: String(options.isMonitored),
        DEFAULT_DATA: 'false',
        ADMIN_EMAIL: adminEmail,
        TRANSCRIPTS_PATH: options.transcriptsPath ?? 'off',
        ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }),
        LOG_LEVEL: 'warn',
        // In JSON the line that says "ready" is one of the level "info".
        LOG_FORMAT: 'pretty',
      },
    },
  );
  const url = /ready at (http:\S+)/.exec(printed)?.[1] ?? '';
  return new Confab(
    options.side ?? (options.isMonitored ? 'confab' : 'baseline'),
    url,
    pid,
    options.isInspected ? await Inspector.open(printed) : null,
  );
}

class Confab implements Target {
  readonly prefix = '/api/v1';

  constructor(
    readonly side: Side,
    readonly url: string,
    readonly pid: number,
    readonly inspector: Inspector | null,
  ) {}

  async people(count: number): Promise<Account[]> {
    const accounts: Account[] = [];
    await forEachOf(Array.from({ length: count }), async (_, index) => {
      const username = `u-${randomUUID().slice(0, 20)}`;
      const about = { username, email: `${username}@example.org`, password: 'correct horse' };
      const { user, accessToken } = await api<TokenPairView>(this, 'POST', '/auth/register', null, about);
      accounts[index] = { id: user.id, token: accessToken };
    });
    return accounts;
  }

  async group(members: readonly Account[]): Promise<string> {
    const [owner, ...others] = members;
    if (owner === undefined) throw new Error('a group has an owner');
    const atOnce = others.slice(0, limits.group.maxMembersAtCreation);
    const about = { kind: 'group', name: `bench ${randomUUID()}`, memberIds: atOnce.map(({ id }) => id) };
    const { id } = await api<GroupDetailView>(this, 'POST', '/groups', owner.token, about);
    await forEachOf(others.slice(atOnce.length), async (member) => {
      await api(this, 'PUT', `/groups/${id}/members/${member.id}`, owner.token, {});
    });
    return id;
  }
}
