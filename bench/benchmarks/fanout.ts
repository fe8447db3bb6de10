import type { DeliveryCounts } from '../load/deliveries.js';
import type { Benchmark } from '../support/benchmark.js';
import type { Generator } from '../support/generator.js';
import { perCpuSecond, row, type Figure, type Row } from '../support/rows.js';
import type { Contestant, Stage } from '../support/stage.js';
import { percentilesOfMicros, type Percentiles } from '../support/stats.js';
import type { Side } from '../support/target.js';

const sizes = [50, 200, 500];
const senders = 4;
const inFlight = 8;
const pacedPerSecond = 50;

const toReach: Record<number, { rate: Figure; latency: Figure }> = {
  200: { rate: { atLeast: 0.8 }, latency: { atMost: 1.5 } },
};

export const fanout: Benchmark = {
  name: 'fanout',
  about: 'one group of 50, 200 and 500: deliveries a second, and from send to receive at 50 messages a second',
  async run(stage) {
    const confab: Contestant = { target: await stage.confab(), generator: await stage.generator() };
    const rooms = { target: await stage.baseline('rooms'), generator: await stage.generator() };
    const store = { target: await stage.baseline('store'), generator: await stage.generator() };
    const speaker = await stage.generator();
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await flood(stage, { confab, baseline: rooms }, size)));
    for (const size of sizes) rows.push(...(await pace(stage, { confab, baseline: store }, speaker, size)));
    return rows;
  },
};

/** Everyone in one process: who sends does not run ahead of those who receive. */
async function flood(stage: Stage, sides: Record<Side, Contestant>, size: number): Promise<Row[]> {
  const scene = `${size} members, ${senders} send, ${inFlight} in flight each`;
  const enter = async ({ target, generator }: Contestant) => {
    const people = await target.people(size);
    const groupId = await target.group(people);
    const tokens = people.map(({ token }) => token);
    await generator.perform('connect', { url: target.url, transport: 'socket.io', tokens });
    return Array.from({ length: senders }, (_, client) => ({ client, groupId }));
  };
  const lanes = { confab: await enter(sides.confab), baseline: await enter(sides.baseline) };
  const { warmUpMs, measureMs } = stage.options;
  const results = await stage.alternate(
    scene,
    sides,
    (contestant) => {
      const job = { lanes: lanes[contestant.target.side], inFlight, warmUpMs, measureMs };
      return stage.measure(`fanout: ${scene}`, contestant, 'flood', job);
    },
    ({ result: { received, seconds } }) => `${Math.round(received.deliveries / seconds)} deliveries/s`,
  );
  for (const { generator } of Object.values(sides)) await generator.perform('disconnect', null);
  const rates = (side: Side) => results[side].map(({ result: { received, seconds } }) => received.deliveries / seconds);
  const received = (side: Side) => results[side].map(({ result }) => result.received);
  return [
    row({
      scene,
      measure: 'deliveries/s',
      confab: rates('confab'),
      baseline: rates('baseline'),
      ...(toReach[size] !== undefined && { figure: toReach[size].rate }),
      load: { confab: results.confab.map(({ load }) => load), baseline: results.baseline.map(({ load }) => load) },
      note: `bytes of a delivery ${meanBytes(received('confab'))} and ${meanBytes(received('baseline'))}`,
    }),
    perCpuSecond(scene, 'deliveries', {
      confab: results.confab.map(({ load }, round) => ({ rate: rates('confab')[round] ?? 0, load })),
      baseline: results.baseline.map(({ load }, round) => ({ rate: rates('baseline')[round] ?? 0, load })),
    }),
    orderRow(scene, received('confab'), received('baseline')),
  ];
}

/** Who sends has a process of its own, so that its clock is read when it means to send. */
async function pace(stage: Stage, sides: Record<Side, Contestant>, speaker: Generator, size: number): Promise<Row[]> {
  const scene = `${size} members, ${pacedPerSecond} messages/s`;
  const enter = async ({ target, generator }: Contestant) => {
    const people = await target.people(size + 1);
    const groupId = await target.group(people);
    const [first, ...others] = people.map(({ token }) => token);
    await generator.perform('connect', { url: target.url, transport: 'socket.io', tokens: others });
    return { groupId, token: first ?? '' };
  };
  const speakers = { confab: await enter(sides.confab), baseline: await enter(sides.baseline) };
  const { warmUpMs, measureMs } = stage.options;
  const results = await stage.alternate(
    scene,
    sides,
    async ({ target, generator }) => {
      const { groupId, token } = speakers[target.side];
      await speaker.perform('connect', { url: target.url, transport: 'socket.io', tokens: [token] });
      const job = { lanes: [{ client: 0, groupId }], perSecond: pacedPerSecond, warmUpMs, measureMs };
      const listening = setTimeout(() => void generator.perform('listen', null), warmUpMs);
      const { load } = await stage.measure(`fanout: ${scene}`, { target, generator: speaker }, 'pace', job, generator);
      clearTimeout(listening);
      const received = await generator.perform('delivered', null);
      await speaker.perform('disconnect', null);
      return { received, load, percentiles: percentilesOfMicros(received.latenciesMicros) };
    },
    ({ percentiles: { p50, p95, p99 } }) => `p50 ${p50.toFixed(2)}, p95 ${p95.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
  );
  for (const { generator } of Object.values(sides)) await generator.perform('disconnect', null);
  const of = (side: Side, key: keyof Percentiles) => results[side].map(({ percentiles }) => percentiles[key]);
  const load = { confab: results.confab.map((one) => one.load), baseline: results.baseline.map((one) => one.load) };
  return (['p50', 'p95', 'p99'] as const).map((key) =>
    row({
      scene,
      measure: `${key} to receive, ms`,
      confab: of('confab', key),
      baseline: of('baseline', key),
      ...(key === 'p99' && toReach[size] !== undefined && { figure: toReach[size].latency }),
      ...(key === 'p50' && { load }),
    }),
  );
}

function orderRow(scene: string, confab: readonly DeliveryCounts[], baseline: readonly DeliveryCounts[]): Row {
  const breaks = confab.reduce((sum, { seqBreaks }) => sum + seqBreaks, 0);
  return row({
    scene,
    measure: 'out of order',
    confab: confab.map(({ outOfOrder }) => outOfOrder),
    baseline: baseline.map(({ outOfOrder }) => outOfOrder),
    figure: 'none',
    note: `deliveries of ours whose seq does not follow the one before: ${breaks}`,
  });
}

function meanBytes(received: readonly DeliveryCounts[]): number {
  const deliveries = received.reduce((sum, one) => sum + one.deliveries, 0);
  return Math.round(received.reduce((sum, { bytes }) => sum + bytes, 0) / deliveries);
}
