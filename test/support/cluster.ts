import { randomUUID } from 'node:crypto';

import { RedisServer } from '../../tools/support/redis-server.js';
import { Balancer } from './balancer.js';
import { ProcessYard, type ConfabProcess, type DatabaseProcess } from './confab-process.js';
import { aPerson, Person } from './people.js';

/** One server process of a cluster. */
export interface ClusterNode {
  readonly process: ConfabProcess;
  readonly url: string;
}

/** Several servers on one database and one Redis, all processes of their own. */
export class Cluster {
  readonly nodes: ClusterNode[] = [];
  private balancer: Balancer | undefined;
  private readonly people: Person[] = [];
  private environment: Record<string, string> = {};

  private constructor(
    private readonly yard: ProcessYard,
    readonly redis: RedisServer,
    readonly database: DatabaseProcess,
  ) {}

  static async start(count: number, settings: Readonly<Record<string, string>> = {}): Promise<Cluster> {
    const yard = new ProcessYard();
    const redis = await RedisServer.start();
    const database = yard.startDatabase(await yard.folder());
    const cluster = new Cluster(yard, redis, database);
    try {
      cluster.environment = {
        MONGODB_URI: await database.ready(),
        REDIS_URL: redis.url,
        JWT_SECRET: randomUUID(),
        RATE_LIMIT_ENABLED: 'false',
        DEFAULT_DATA: 'false',
        ...settings,
      };
      for (const node of await Promise.all(Array.from({ length: count }, () => cluster.startNode()))) {
        cluster.nodes.push(node);
      }
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** One more server. @param settings beside those of all */
  async startNode(settings: Readonly<Record<string, string>> = {}): Promise<ClusterNode> {
    const process = this.yard.start({ ...this.environment, DATA_DIR: await this.yard.folder(), ...settings });
    return { process, url: await process.ready() };
  }

  /** An address at which the nodes are reached by turns. */
  async balanced(): Promise<string> {
    this.balancer ??= await Balancer.to(() => this.nodes.map(({ url }) => url));
    return this.balancer.url;
  }

  /** Stops a node as an operator does, and starts it again at the same address. */
  async restart(node: number): Promise<void> {
    const { process, url } = this.nodes[node]!;
    const ending = await process.stop();
    if (ending.code !== 0) throw new Error(`a node stopped with ${JSON.stringify(ending)}:\n${process.stdout}`);
    this.nodes[node] = await this.startNode({ PORT: new URL(url).port });
  }

  /** Registers someone at one of the nodes, or at an address that leads to them. */
  async person(node: number | string): Promise<Person> {
    const url = typeof node === 'string' ? node : this.nodes[node]!.url;
    const person = await aPerson({ url, api: `${url}/api/v1` });
    this.people.push(person);
    return person;
  }

  /** The same person with the same session at another node. */
  at(node: number, { user, password, tokens }: Person): Person {
    const { url } = this.nodes[node]!;
    const person = new Person({ url, api: `${url}/api/v1` }, user, password, tokens);
    this.people.push(person);
    return person;
  }

  async stop(): Promise<void> {
    for (const person of this.people) person.disconnect();
    await this.balancer?.close();
    // In this order: a node that cannot reach its database any more complains.
    await Promise.all(this.nodes.map(({ process }) => process.end()));
    await this.redis.kill();
    await this.yard.clear();
  }
}
