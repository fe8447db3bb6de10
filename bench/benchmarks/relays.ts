import { once } from 'node:events';

import type { RelayJob, RelayKind, RelayResult } from '../load/relay-node.js';
import type { Benchmark } from '../support/benchmark.js';
import { cpuTime } from '../support/cpu.js';
import { row, type Row } from '../support/rows.js';
import type { Stage } from '../support/stage.js';
import { percentilesOfMicros } from '../support/stats.js';

const nodes = 3;
/** Of each node: what some hundred busy people send. */
const pacedPerSecond = 1_000;

interface Measured {
  /** Messages a second that each of the others has received. */
  relayed: number;
  redisMicros: number;
  nodesMicros: number;
  p50: number;
  p99: number;
  missed: number;
}

export const relays: Benchmark = {
  name: 'relays',
  about: `${nodes} processes that tell each other everything over Redis: plain pub/sub, as we do, beside sharded and streams; needs redis-server`,
  async run(stage) {
    const rows: Row[] = [];
    for (const other of ['sharded', 'streams'] as const) rows.push(...(await compare(stage, other)));
    return rows;
  },
};

async function compare(stage: Stage, other: RelayKind): Promise<Row[]> {
  const { rounds, measureMs: durationMs } = stage.options;
  const jobs: Record<string, RelayJob> = {
    'as many as go': { perSecond: null, durationMs, breaks: false },
    [`${pacedPerSecond}/s of each`]: { perSecond: pacedPerSecond, durationMs, breaks: false },
    'a connection breaks': { perSecond: pacedPerSecond, durationMs, breaks: true },
  };
  const rows: Row[] = [];
  for (const [title, job] of Object.entries(jobs)) {
    const scene = `plain beside ${other}: ${title}`;
    const results: Record<'plain' | 'other', Measured[]> = { plain: [], other: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const side of ['plain', 'other'] as const) {
        const measured = await play(stage, side === 'plain' ? 'plain' : other, job);
        results[side].push(measured);
        stage.say(`  ${scene}, ${side}: ${Math.round(measured.relayed)}/s, ${measured.missed} missed`);
      }
    }
    const of = (measure: string, key: keyof Measured) =>
      row({
        scene,
        measure,
        confab: results.plain.map((one) => one[key]),
        baseline: results.other.map((one) => one[key]),
      });
    if (job.breaks) rows.push(of('messages missed', 'missed'));
    else if (job.perSecond === null) rows.push(of('relayed/s', 'relayed'));
    else {
      rows.push(of('CPU of Redis, µs a message', 'redisMicros'), of('CPU of nodes, µs a message', 'nodesMicros'));
      rows.push(of('p50, ms', 'p50'), of('p99, ms', 'p99'));
    }
  }
  return rows;
}

async function play(stage: Stage, kind: RelayKind, job: RelayJob): Promise<Measured> {
  const redis = await stage.redis();
  const children = await Promise.all(
    Array.from({ length: nodes }, (_, index) =>
      stage.forkLoad('relay-node', ['--url', redis.url, '--kind', kind, '--name', `node${index}`]),
    ),
  );
  const pids = children.map(({ pid = 0 }) => pid);
  const read = () => ({ redis: cpuTime([redis.pid]).whole, nodes: cpuTime(pids).whole });
  const before = read();
  const results = await Promise.all(
    children.map(async (child) => {
      const done = once(child, 'message');
      child.send(job);
      return (await done)[0] as RelayResult;
    }),
  );
  const after = read();
  for (const child of children) child.disconnect();
  await redis.kill();
  const sent = results.reduce((sum, one) => sum + one.sent, 0);
  const received = results.reduce((sum, one) => sum + one.received, 0);
  const { p50, p99 } = percentilesOfMicros(results.flatMap(({ latenciesMicros }) => latenciesMicros));
  return {
    relayed: received / (nodes - 1) / (job.durationMs / 1000),
    redisMicros: ((after.redis - before.redis) * 1_000_000) / sent,
    nodesMicros: ((after.nodes - before.nodes) * 1_000_000) / sent,
    p50,
    p99,
    missed: results.reduce((sum, one) => sum + one.missed, 0),
  };
}
