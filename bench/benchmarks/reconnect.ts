import type { Benchmark } from '../support/benchmark.js';
import type { Generator } from '../support/generator.js';
import { row } from '../support/rows.js';
import type { Contestant } from '../support/stage.js';
import type { Side } from '../support/target.js';

const members = 500;
/** Fine enough to see when someone receives again. */
const messagesPerSecond = 50;
/** Messages that are there before, so that there is something to catch up with. */
const beforeMs = 500;
const atMostMs = 60_000;

export const reconnect: Benchmark = {
  name: 'reconnect',
  about: `${members} members of a group dropped at once, who reconnect at once: until all receive again`,
  async run(stage) {
    const sides = await stage.contestants('store');
    const speaker = await stage.generator();
    const entered = { confab: await enter(sides.confab), baseline: await enter(sides.baseline) };
    const scene = `${members} dropped at once`;
    // The first time is for warming up.
    for (const contestant of Object.values(sides)) await dropAll(contestant, speaker, entered[contestant.target.side]);
    const drop = (contestant: Contestant) =>
      stage.profiled(scene, contestant.target, () => dropAll(contestant, speaker, entered[contestant.target.side]));
    const results = await stage.alternate(
      scene,
      sides,
      drop,
      ({ reconnectedMs, receivingMs }) =>
        `connected after ${Math.round(reconnectedMs)} ms, receiving after ${Math.round(receivingMs)} ms`,
    );
    const of = (side: Side, key: 'reconnectedMs' | 'receivingMs') => results[side].map((result) => result[key]);
    return [
      row({
        scene,
        measure: 'all receive again, ms',
        confab: of('confab', 'receivingMs'),
        baseline: of('baseline', 'receivingMs'),
        figure: { atMost: 1.5 },
      }),
      row({
        scene,
        measure: 'all connected, ms',
        confab: of('confab', 'reconnectedMs'),
        baseline: of('baseline', 'reconnectedMs'),
      }),
    ];
  },
};

interface Entered {
  groupId: string;
  speaker: string;
  tokens: string[];
}

async function enter({ target, generator }: Contestant): Promise<Entered> {
  const people = await target.people(members + 1);
  const groupId = await target.group(people);
  const [first, ...others] = people.map(({ token }) => token);
  await generator.perform('connect', { url: target.url, transport: 'socket.io', tokens: others });
  return { groupId, speaker: first ?? '', tokens: others };
}

/** Somebody who was not dropped goes on talking. */
async function dropAll(
  { target, generator }: Contestant,
  speaker: Generator,
  { groupId, speaker: token, tokens }: Entered,
): Promise<{ reconnectedMs: number; receivingMs: number }> {
  const { url } = target;
  await speaker.perform('connect', { url, transport: 'socket.io', tokens: [token] });
  const lanes = [{ client: 0, groupId }];
  const pace = { lanes, perSecond: messagesPerSecond, warmUpMs: beforeMs, measureMs: atMostMs };
  let isTalking: () => void = () => undefined;
  const talking = new Promise<void>((resolve) => {
    isTalking = resolve;
  });
  const paced = speaker.perform('pace', pace, () => isTalking());
  try {
    await Promise.race([talking, paced]);
    return await generator.perform('reconnect', { url, transport: 'socket.io', tokens });
  } finally {
    await speaker.perform('hush', null);
    await paced;
    await speaker.perform('disconnect', null);
  }
}
