import { createSecretKey, randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { JwtService } from '@nestjs/jwt';
import { mongo } from 'mongoose';

import { Inspector } from './inspector.js';
import type { Cpus, Processes } from './processes.js';
import type { Account, Target } from './target.js';

/** Bare Socket.IO rooms; the hand-written Socket.IO server with its journaled insert; the hand-written REST server. */
export type BaselineKind = 'rooms' | 'store' | 'rest';

export interface BaselineOptions {
  mongodbUri: string;
  database: string;
  secret: string;
  cpus: Cpus;
  isInspected: boolean;
  /** Whether its writes wait for the journal of the embedded engine, as ours do. */
  isDurable: boolean;
}

export async function startBaseline(
  processes: Processes,
  kind: BaselineKind,
  options: BaselineOptions,
): Promise<Target> {
  const program = kind === 'rest' ? 'rest-server' : 'socket-server';
  const { pid, printed } = await processes.spawnUntil(
    join(import.meta.dirname, `../baseline/${program}.js`),
    /^ready at http:.*\n/m,
    {
      cpus: options.cpus,
      nodeFlags: options.isInspected ? ['--inspect=127.0.0.1:0'] : [],
      environment: { NODE_ENV: 'test' },
      args: [
        ...['--mongodb-uri', options.mongodbUri, '--database', options.database, '--secret', options.secret],
        ...(kind === 'store' ? ['--store'] : []),
        ...(options.isDurable ? ['--durable'] : []),
      ],
    },
  );
  const url = /^ready at (http:\S+)/m.exec(printed)?.[1] ?? '';
  return new Baseline(url, pid, options.isInspected ? await Inspector.open(printed) : null, options);
}

/** People of a baseline exist in their tokens alone, groups in these and in a collection of memberships. */
class Baseline implements Target {
  readonly side = 'baseline';
  readonly prefix = '';
  private readonly jwt: JwtService;
  private readonly groups = new Map<string, string[]>();

  constructor(
    readonly url: string,
    readonly pid: number,
    readonly inspector: Inspector | null,
    private readonly options: BaselineOptions,
  ) {
    this.jwt = new JwtService({ secret: createSecretKey(Buffer.from(options.secret)) });
  }

  people(count: number): Promise<Account[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    return Promise.resolve(ids.map((id) => ({ id, token: this.token(id) })));
  }

  async group(members: readonly Account[]): Promise<string> {
    const groupId = randomUUID();
    for (const member of members) {
      this.groups.set(member.id, [...(this.groups.get(member.id) ?? []), groupId]);
      member.token = this.token(member.id);
    }
    const client = await mongo.MongoClient.connect(this.options.mongodbUri);
    try {
      const memberships = client.db(this.options.database).collection('memberships');
      await memberships.insertMany(members.map(({ id }) => ({ userId: id, groupId })));
    } finally {
      await client.close();
    }
    return groupId;
  }

  private token(id: string): string {
    const name = `u-${id.slice(0, 20)}`;
    return this.jwt.sign({ sub: id, name, groups: this.groups.get(id) ?? [] }, { expiresIn: '1d' });
  }
}
