import type { Benchmark } from '../support/benchmark.js';
import { pooled, type Row } from '../support/rows.js';
import type { Stage } from '../support/stage.js';
import { playRest, type RestScene } from './rest.js';
import { playSend } from './send.js';

/** Watching may cost 3 % of what the server gets done. */
const figure = { atLeast: 0.97 };

export const monitoring: Benchmark = {
  name: 'monitoring',
  about:
    'what watching costs: our server with it, beside the same server with MONITORING_ENABLED=false as the baseline',
  async run(stage) {
    const tables: Row[][] = [];
    for (let start = 1; start <= starts; start += 1) {
      stage.say(`  servers ${start} of ${starts}`);
      tables.push(await playOnce(stage));
    }
    return pooled(tables);
  },
};

/** Two processes of one program differ by some percent for as long as they live: more than is to be seen here. */
const starts = 3;

async function playOnce(stage: Stage): Promise<Row[]> {
  const sides = {
    confab: { target: await stage.confab(), generator: await stage.generator() },
    baseline: { target: await stage.confab({ isMonitored: false }), generator: await stage.generator() },
  };
  const rows: Row[] = [];
  rows.push(...(await playSend(stage, sides, { groups: 32, members: 1, inFlight: 8, figure })));
  rows.push(...(await playSend(stage, sides, { groups: 20, members: 5, inFlight: 4, figure })));
  const scenes: Pick<RestScene, 'title' | 'method' | 'query'>[] = [
    { title: 'POST', method: 'POST' },
    { title: 'GET the last 50', method: 'GET' },
    { title: 'GET 50 older ones', method: 'GET', query: '?before=59' },
  ];
  for (const { title, ...scene } of scenes) {
    rows.push(
      ...(await playRest(stage, sides, { title: `${title}, 32 clients, 32 groups`, groups: 32, figure, ...scene })),
    );
  }
  await stage.dismiss(...Object.values(sides).flatMap(({ target, generator }) => [target, generator]));
  return rows;
}
