import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { RedisServer } from '../../tools/support/redis-server.js';
import type { JobName, Jobs } from '../load/jobs.js';
import { startBaseline, type BaselineKind } from './baseline.js';
import { startConfab, type ConfabOptions } from './confab.js';
import { cpuLoad, cpuTime, withChildren } from './cpu.js';
import { Generator } from './generator.js';
import type { CpuProfile, Inspector } from './inspector.js';
import type { Options } from './options.js';
import { firstMessage, onCpus, Processes } from './processes.js';
import type { Side, Target } from './target.js';

/** Shares of one CPU, in percent, while something was measured. */
export interface Load {
  /** The main thread of the server, which is one CPU at most; of several, the busiest. */
  server: number;
  /** All threads of the server, and those of the database: what `--pin` puts on one CPU. */
  serverAndDatabase: number;
  /** With Redis, where there is one. */
  database: number;
  /** The main thread of the load generator. */
  generator: number;
}

/** One side of a comparison: a server, and the load generator that speaks with it. */
export interface Contestant {
  target: Target;
  generator: Generator;
  /** Further nodes beside the target, when it is one of several. */
  others?: readonly Target[];
}

/** A database that was filled, and who can log in there. */
interface Seeded {
  database: string;
  seconds: number;
  login: { username: string; password: string };
}

const seedTimeoutMs = 10 * 60_000;

/** What all benchmarks need: the database, servers and load generators, and a place to say how far they are. */
export class Stage {
  /** CPU profiles of our server, by what was measured. */
  readonly profiles = new Map<string, CpuProfile[]>();
  private readonly inspectors: Inspector[] = [];
  private readonly redises: RedisServer[] = [];
  private readonly secret = randomBytes(36).toString('base64');
  private readonly cpus: { server: string | null; load: string | null };

  private constructor(
    readonly options: Options,
    private readonly processes: Processes,
    private readonly folder: string,
    private readonly mongodbUri: string,
    /** Of the database, and of Redis when there is one. */
    private readonly storePids: number[],
  ) {
    this.cpus = cpusOf(options);
  }

  static async set(options: Options): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'confab-bench-'));
    const processes = new Processes(folder);
    try {
      const dataDir = join(folder, 'database');
      await mkdir(dataDir);
      const program = join(import.meta.dirname, '../../src/database/embedded/serve.js');
      const { pid, printed } = await processes.spawnUntil(program, /^MONGODB_URI=.*\n/m, {
        args: ['--data-dir', dataDir],
        cpus: cpusOf(options).server,
      });
      const uri = /^MONGODB_URI=(.*)$/m.exec(printed)?.[1] ?? '';
      return new Stage(options, processes, folder, uri, withChildren(pid));
    } catch (error) {
      await processes.stopAll();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Stops every process that was started, and removes its files. */
  async clear(): Promise<void> {
    // A process does not end while somebody inspects it.
    for (const inspector of this.inspectors) inspector.close();
    await this.processes.stopAll();
    await Promise.all(this.redises.map((redis) => redis.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Progress, for people. */
  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** @param database its name, for a server that is started again on what it had */
  async confab(
    options: Partial<
      Pick<ConfabOptions, 'isInspected' | 'isMonitored' | 'database' | 'transcriptsPath' | 'redisUrl' | 'side'>
    > = {},
  ): Promise<Target> {
    const target = await startConfab(this.processes, {
      ...options,
      mongodbUri: this.mongodbUri,
      database: options.database ?? newDatabase('confab'),
      dataDir: join(this.folder, 'confab'),
      secret: this.secret,
      cpus: this.cpus.server,
      isInspected: options.isInspected === true || this.options.profile !== null,
      isMonitored: options.isMonitored ?? true,
    });
    return this.inspected(target);
  }

  async redis(): Promise<RedisServer> {
    const redis = await RedisServer.start(onCpus(this.cpus.server));
    this.redises.push(redis);
    return redis;
  }

  /** Starts a program of bench/load that speaks with us over IPC, and waits until it is ready. */
  async forkLoad(program: string, args: readonly string[]): Promise<ChildProcess> {
    const path = join(import.meta.dirname, `../load/${program}.js`);
    const child = this.processes.forkProgram(path, { args, cpus: this.cpus.load });
    await firstMessage(child);
    return child;
  }

  /** Nodes of one installation, over a database and a Redis of their own. */
  async nodes(count: number): Promise<Target[]> {
    const redis = await this.redis();
    this.storePids.push(redis.pid);
    const database = newDatabase('nodes');
    const nodes: Target[] = [];
    // One after the other: the first makes the indexes.
    while (nodes.length < count) nodes.push(await this.confab({ database, redisUrl: redis.url }));
    return nodes;
  }

  /** Fills a new database as `npm run seed` does. */
  async seed(size: { users: number; groups: number; messages: number }): Promise<Seeded> {
    const database = newDatabase('seeded');
    const { printed } = await this.processes.spawnUntil(
      join(import.meta.dirname, '../../tools/seed/main.js'),
      /^\{.*\}\n/m,
      {
        args: [...Object.entries(size).flatMap(([name, count]) => [`--${name}`, String(count)]), '--json'],
        environment: {
          NODE_ENV: 'test',
          MONGODB_URI: this.mongodbUri,
          DATABASE_NAME: database,
          DATA_DIR: join(this.folder, 'seed'),
          BCRYPT_ROUNDS: '4',
        },
        readyTimeoutMs: seedTimeoutMs,
      },
    );
    return { ...(JSON.parse(printed) as Seeded), database };
  }

  async baseline(kind: BaselineKind, options: { isInspected?: boolean } = {}): Promise<Target> {
    const target = await startBaseline(this.processes, kind, {
      isInspected: options.isInspected === true,
      isDurable: this.options.isBaselineDurable,
      mongodbUri: this.mongodbUri,
      database: newDatabase(kind),
      secret: this.secret,
      cpus: this.cpus.server,
    });
    return this.inspected(target);
  }

  async generator(): Promise<Generator> {
    return Generator.start(this.processes, this.cpus.load);
  }

  async contestants(kind: BaselineKind): Promise<Record<Side, Contestant>> {
    return {
      confab: { target: await this.confab(), generator: await this.generator() },
      baseline: { target: await this.baseline(kind), generator: await this.generator() },
    };
  }

  /** Ends processes that are no longer needed, servers and generators alike. */
  async dismiss(...ended: (Target | Generator)[]): Promise<void> {
    await Promise.all(
      ended.map(async (one) => {
        if ('inspector' in one) one.inspector?.close();
        await this.processes.stop(one.pid);
      }),
    );
  }

  /** Does the same with both sides, in turn, the one that begins alternating, and gives what each round gave. */
  async alternate<Result>(
    label: string,
    sides: Record<Side, Contestant>,
    round: (contestant: Contestant) => Promise<Result>,
    inShort: (result: Result) => string,
  ): Promise<Record<Side, Result[]>> {
    const results: Record<Side, Result[]> = { confab: [], baseline: [] };
    for (let number = 1; number <= this.options.rounds; number += 1) {
      const order: Side[] = number % 2 === 1 ? ['confab', 'baseline'] : ['baseline', 'confab'];
      for (const side of order) {
        const result = await round(sides[side]);
        results[side].push(result);
        this.say(`  ${label}, round ${number}, ${side}: ${inShort(result)}`);
      }
    }
    return results;
  }

  /** Performs a job, and tells how busy everyone was while it was measured. */
  async measure<Name extends JobName>(
    label: string,
    { target, generator, others = [] }: Contestant,
    name: Name,
    job: Jobs[Name]['job'],
    listener: Generator = generator,
  ): Promise<{ result: Jobs[Name]['result']; load: Load }> {
    const read = () => ({
      at: performance.now(),
      server: cpuTime([target, ...others].map(({ pid }) => pid)),
      database: cpuTime(this.storePids),
      generator: cpuTime([...new Set([generator.pid, listener.pid])]),
    });
    const edges: ReturnType<typeof read>[] = [];
    const result = await this.profiled(label, target, () => generator.perform(name, job, () => edges.push(read())));
    const [before, after] = edges;
    if (before === undefined || after === undefined) throw new Error('a load that was never measured');
    const seconds = (after.at - before.at) / 1000;
    const server = cpuLoad(before.server, after.server, seconds);
    const database = cpuLoad(before.database, after.database, seconds).wholePercent;
    return {
      result,
      load: {
        server: server.mainPercent,
        serverAndDatabase: server.wholePercent + database,
        database,
        generator: cpuLoad(before.generator, after.generator, seconds).mainPercent,
      },
    };
  }

  /** CPU seconds that a server, and the database (with Redis, where there is one), have used until now. */
  cpuSeconds(target: Target): { server: number; database: number } {
    return { server: cpuTime([target.pid]).whole, database: cpuTime(this.storePids).whole };
  }

  /** With `--profile`, our server's CPU profile is taken while the work goes on. */
  async profiled<Result>(label: string, target: Target, work: () => Promise<Result>): Promise<Result> {
    const inspector = this.options.profile === null ? null : target.inspector;
    await inspector?.startProfile();
    const result = await work();
    if (inspector !== null) this.keepProfile(label, await inspector.stopProfile());
    return result;
  }

  private inspected(target: Target): Target {
    if (target.inspector !== null) this.inspectors.push(target.inspector);
    return target;
  }

  private keepProfile(label: string, profile: CpuProfile): void {
    this.profiles.set(label, [...(this.profiles.get(label) ?? []), profile]);
  }
}

function newDatabase(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** With `--pin` everything of the server shares one CPU, and the load takes none of it. */
function cpusOf({ isPinned }: Options): { server: string | null; load: string | null } {
  const count = availableParallelism();
  return isPinned ? { server: '0', load: count > 2 ? `1-${count - 1}` : '1' } : { server: null, load: null };
}
