import type { Benchmark } from '../support/benchmark.js';
import { perCpuSecond, row, type Figure, type Row } from '../support/rows.js';
import type { Contestant, Stage } from '../support/stage.js';
import { percentilesOfMicros, type Percentiles } from '../support/stats.js';
import type { Side, Target } from '../support/target.js';

const groups = 2;
const sizes = [10, 50, 200];
const sendersOfGroup = 8;
const inFlight = 16;
/** So few that nobody waits for anybody. */
const pacedPerSecond = 20;

const rateToReach: Figure = { atLeast: 0.7 };
const hopToReach: Figure = { moreByAtMost: 5 };

export const nodes: Benchmark = {
  name: 'nodes',
  about:
    'two nodes whose users talk across them, beside one node with the same clients as the baseline; needs redis-server',
  async run(stage) {
    const [first, second] = (await stage.nodes(2)) as [Target, Target];
    const sides: Record<Side, Contestant> = {
      confab: { target: first, others: [second], generator: await stage.generator() },
      baseline: { target: await stage.confab({ side: 'baseline' }), generator: await stage.generator() },
    };
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await flood(stage, sides, size)));
    rows.push(...(await hop(stage, first, second)));
    // They sign off while there still is a database.
    await stage.dismiss(first, second);
    return rows;
  },
};

/** Every group has half of its members, and of those who send, on each node. */
async function flood(stage: Stage, sides: Record<Side, Contestant>, size: number): Promise<Row[]> {
  const scene = `${groups} groups of ${size}, ${sendersOfGroup} send in each, ${inFlight} in flight each`;
  const lanes = {
    confab: await enter(sides.confab, size),
    baseline: await enter(sides.baseline, size),
  };
  const { warmUpMs, measureMs } = stage.options;
  const results = await stage.alternate(
    scene,
    sides,
    (contestant) => {
      const job = { lanes: lanes[contestant.target.side], inFlight, warmUpMs, measureMs };
      return stage.measure(`nodes: ${scene}`, contestant, 'flood', job);
    },
    ({ result: { received, seconds } }) => `${Math.round(received.deliveries / seconds)} deliveries/s`,
  );
  for (const { generator } of Object.values(sides)) await generator.perform('disconnect', null);
  const of = (side: Side) =>
    results[side].map(({ result: { received, seconds }, load }) => ({ rate: received.deliveries / seconds, load }));
  const outOfOrder = (side: Side) => results[side].map(({ result }) => result.received.outOfOrder);
  const breaks = results.confab.reduce((sum, { result }) => sum + result.received.seqBreaks, 0);
  return [
    row({
      scene,
      measure: 'deliveries/s',
      confab: of('confab').map(({ rate }) => rate),
      baseline: of('baseline').map(({ rate }) => rate),
      figure: rateToReach,
      load: { confab: of('confab').map(({ load }) => load), baseline: of('baseline').map(({ load }) => load) },
    }),
    perCpuSecond(scene, 'deliveries', { confab: of('confab'), baseline: of('baseline') }),
    row({
      scene,
      measure: 'out of order',
      confab: outOfOrder('confab'),
      baseline: outOfOrder('baseline'),
      figure: 'none',
      note: `deliveries of two nodes whose seq does not follow the one before: ${breaks}`,
    }),
  ];
}

/** Those with even places in a group connect to the one node, the others to the other one. @returns who sends */
async function enter({ target, others = [], generator }: Contestant, size: number) {
  const addresses = [target, ...others].map(({ url }) => url);
  const people = await target.people(groups * size);
  const clients: { token: string; url: string; groupId: string; place: number }[] = [];
  for (let group = 0; group < groups; group += 1) {
    const members = people.slice(group * size, (group + 1) * size);
    const groupId = await target.group(members);
    for (const [place, { token }] of members.entries()) {
      clients.push({ token, url: addresses[place % addresses.length] ?? target.url, groupId, place });
    }
  }
  for (const url of addresses) {
    const tokens = clients.filter((client) => client.url === url).map(({ token }) => token);
    await generator.perform('connect', { url, transport: 'socket.io', tokens });
  }
  // In the order in which they have connected.
  const connected = addresses.flatMap((url) => clients.filter((client) => client.url === url));
  return connected.flatMap(({ groupId, place }, client) => (place < sendersOfGroup ? [{ client, groupId }] : []));
}

/** The same two people: who receives is connected to the other node, or, as the baseline, to that of who sends. */
async function hop(stage: Stage, first: Target, second: Target): Promise<Row[]> {
  const scene = `one sends to one on the other node, or on the same, ${pacedPerSecond} messages/s`;
  const [sender, receiver] = await first.people(2);
  if (sender === undefined || receiver === undefined) throw new Error('two people');
  const groupId = await first.group([sender, receiver]);
  const speaker = await stage.generator();
  const listener = await stage.generator();
  await speaker.perform('connect', { url: first.url, transport: 'socket.io', tokens: [sender.token] });
  const { warmUpMs, measureMs } = stage.options;
  const listenAt = { confab: second, baseline: first };
  const sides = {
    confab: { target: first, others: [second], generator: speaker },
    baseline: { target: { ...first, side: 'baseline' as const }, others: [second], generator: speaker },
  };
  const results = await stage.alternate(
    scene,
    sides,
    async (contestant) => {
      const { url } = listenAt[contestant.target.side];
      await listener.perform('connect', { url, transport: 'socket.io', tokens: [receiver.token] });
      const job = { lanes: [{ client: 0, groupId }], perSecond: pacedPerSecond, warmUpMs, measureMs };
      const listening = setTimeout(() => void listener.perform('listen', null), warmUpMs);
      const { load } = await stage.measure('nodes: a hop', contestant, 'pace', job, listener);
      clearTimeout(listening);
      const { latenciesMicros } = await listener.perform('delivered', null);
      await listener.perform('disconnect', null);
      return { load, percentiles: percentilesOfMicros(latenciesMicros) };
    },
    ({ percentiles: { p50, p99 } }) => `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
  );
  const of = (side: Side, key: keyof Percentiles) => results[side].map(({ percentiles }) => percentiles[key]);
  const load = { confab: results.confab.map((one) => one.load), baseline: results.baseline.map((one) => one.load) };
  return (['p50', 'p99'] as const).map((key) =>
    row({
      scene,
      measure: `${key} to receive, ms`,
      confab: of('confab', key),
      baseline: of('baseline', key),
      ...(key === 'p50' && { figure: hopToReach, load }),
    }),
  );
}
