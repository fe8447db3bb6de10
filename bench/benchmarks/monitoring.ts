import type { Benchmark } from '../support/benchmark.js';
import type { Row } from '../support/rows.js';
import { playRest } from './rest.js';
import { playSend } from './send.js';

/** Watching may cost 3 % of what the server gets done. */
const figure = { atLeast: 0.97 };

export const monitoring: Benchmark = {
  name: 'monitoring',
  about:
    'what watching costs: our server with it, beside the same server with MONITORING_ENABLED=false as the baseline',
  async run(stage) {
    const sides = {
      confab: { target: await stage.confab(), generator: await stage.generator() },
      baseline: { target: await stage.confab({ isMonitored: false }), generator: await stage.generator() },
    };
    const rows: Row[] = [];
    rows.push(...(await playSend(stage, sides, { groups: 32, members: 1, inFlight: 8, figure })));
    rows.push(...(await playSend(stage, sides, { groups: 20, members: 5, inFlight: 4, figure })));
    for (const method of ['POST', 'GET'] as const) {
      const title = `${method}, 32 clients, 32 groups`;
      rows.push(...(await playRest(stage, sides, { title, groups: 32, method, figure })));
    }
    return rows;
  },
};
