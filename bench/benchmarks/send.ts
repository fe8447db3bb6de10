import type { FloodResult } from '../load/jobs.js';
import type { Benchmark } from '../support/benchmark.js';
import { perCpuSecond, row, type Figure, type Row } from '../support/rows.js';
import type { Contestant, Load, Stage } from '../support/stage.js';
import { percentilesOfMicros } from '../support/stats.js';
import type { Side } from '../support/target.js';

interface SendScene {
  groups: number;
  /** Of each group; all of them send, and receive what the others send. */
  members: number;
  /** Messages of each sender that wait for their acknowledgement at any time. */
  inFlight: number;
  figure: Figure;
}

const scenes: SendScene[] = [
  { groups: 1, members: 32, inFlight: 8, figure: { atLeast: 2.5 } },
  { groups: 32, members: 1, inFlight: 8, figure: { atLeast: 2.5 } },
  { groups: 100, members: 5, inFlight: 4, figure: { atLeast: 3.5 } },
];

export const send: Benchmark = {
  name: 'send',
  about: 'acknowledged messages a second over Socket.IO: 32 senders into 1 and into 32 groups, 100 groups of 5',
  async run(stage) {
    const sides = await stage.contestants('store');
    const rows: Row[] = [];
    for (const scene of scenes) rows.push(...(await playSend(stage, sides, scene)));
    return rows;
  },
};

export async function playSend(stage: Stage, sides: Record<Side, Contestant>, scene: SendScene): Promise<Row[]> {
  const { groups, members, inFlight, figure } = scene;
  const title = `${groups} group${groups === 1 ? '' : 's'} of ${members}, ${inFlight} in flight each`;
  const groupIds = {
    confab: await enter(sides.confab, scene),
    baseline: await enter(sides.baseline, scene),
  };
  const results = await stage.alternate(
    title,
    sides,
    (contestant) => {
      const ids = groupIds[contestant.target.side];
      const lanes = ids.flatMap((groupId, group) =>
        Array.from({ length: members }, (_, member) => ({ client: group * members + member, groupId })),
      );
      const { warmUpMs, measureMs } = stage.options;
      return stage.measure(`send: ${title}`, contestant, 'flood', { lanes, inFlight, warmUpMs, measureMs });
    },
    ({ result }) => `${Math.round(rate(result))} acknowledged/s`,
  );
  for (const { generator } of Object.values(sides)) await generator.perform('disconnect', null);
  return rowsOf(title, results, figure);
}

/** People, groups, connections. @returns the groups */
async function enter({ target, generator }: Contestant, { groups, members }: SendScene): Promise<string[]> {
  const people = await target.people(groups * members);
  const ids: string[] = [];
  for (let group = 0; group < groups; group += 1) {
    ids.push(await target.group(people.slice(group * members, (group + 1) * members)));
  }
  const tokens = people.map(({ token }) => token);
  await generator.perform('connect', { url: target.url, transport: 'socket.io', tokens });
  return ids;
}

function rowsOf(scene: string, results: Record<Side, { result: FloodResult; load: Load }[]>, figure: Figure): Row[] {
  const of = (side: Side, measure: (result: FloodResult) => number) =>
    results[side].map(({ result }) => measure(result));
  const load = { confab: results.confab.map((one) => one.load), baseline: results.baseline.map((one) => one.load) };
  const refusals = results.confab.concat(results.baseline).find(({ result }) => result.sent.refused > 0);
  const note = refusals === undefined ? null : `refused: ${refusals.result.sent.firstRefusal ?? ''}`;
  const p99 = (result: FloodResult) => percentilesOfMicros(result.sent.latenciesMicros).p99;
  return [
    row({
      scene,
      measure: 'acknowledged/s',
      confab: of('confab', rate),
      baseline: of('baseline', rate),
      figure,
      load,
      ...(note !== null && { note }),
    }),
    perCpuSecond(scene, 'acknowledged', withRates(results)),
    row({ scene, measure: 'p99 to ack, ms', confab: of('confab', p99), baseline: of('baseline', p99) }),
  ];
}

function withRates(results: Record<Side, { result: FloodResult; load: Load }[]>) {
  const of = (side: Side) => results[side].map(({ result, load }) => ({ rate: rate(result), load }));
  return { confab: of('confab'), baseline: of('baseline') };
}

function rate({ sent, seconds }: FloodResult): number {
  return sent.acknowledged / seconds;
}
