import type { HttpRequest } from '../load/http-connection.js';
import type { RequestsResult } from '../load/jobs.js';
import type { Benchmark } from '../support/benchmark.js';
import { perCpuSecond, row, type Figure, type Row } from '../support/rows.js';
import type { Contestant, Stage } from '../support/stage.js';
import { percentilesOfMicros } from '../support/stats.js';
import { fill, type Side, type Target } from '../support/target.js';

const clients = 32;

export interface RestScene {
  title: string;
  groups: number;
  method: 'GET' | 'POST';
  /** Of a `GET`, such as `?before=59`; without, the newest. Each group has 60 messages. */
  query?: string;
  figure: Figure;
}

const scenes: RestScene[] = [
  { title: `POST a message, ${clients} clients, 1 group`, groups: 1, method: 'POST', figure: { atLeast: 3 } },
  { title: `POST a message, ${clients} clients, 32 groups`, groups: 32, method: 'POST', figure: { atLeast: 3 } },
  { title: `GET the last 50, ${clients} clients, 32 groups`, groups: 32, method: 'GET', figure: { atLeast: 1.3 } },
];

export const rest: Benchmark = {
  name: 'rest',
  about: 'requests a second over kept-alive HTTP connections: POST of a message, GET of the last 50',
  async run(stage) {
    const sides = await stage.contestants('rest');
    const rows: Row[] = [];
    for (const scene of scenes) rows.push(...(await playRest(stage, sides, scene)));
    return rows;
  },
};

export async function playRest(stage: Stage, sides: Record<Side, Contestant>, scene: RestScene): Promise<Row[]> {
  const { title, figure } = scene;
  const requests = {
    confab: await requestsOf(sides.confab.target, scene),
    baseline: await requestsOf(sides.baseline.target, scene),
  };
  const { warmUpMs, measureMs } = stage.options;
  const results = await stage.alternate(
    title,
    sides,
    (contestant) => {
      const { url, side } = contestant.target;
      const job = { url, requests: requests[side], warmUpMs, measureMs };
      return stage.measure(`rest: ${title}`, contestant, 'requests', job);
    },
    ({ result }) => `${Math.round(rate(result))} answered/s`,
  );
  const all = [...results.confab, ...results.baseline];
  const refusal = all.find(({ result }) => result.refused > 0)?.result.firstRefusal;
  const of = (side: Side, measure: (result: RequestsResult) => number) =>
    results[side].map(({ result }) => measure(result));
  const p99 = (result: RequestsResult) => percentilesOfMicros(result.latenciesMicros).p99;
  return [
    row({
      scene: title,
      measure: 'answered/s',
      confab: of('confab', rate),
      baseline: of('baseline', rate),
      figure,
      load: { confab: results.confab.map(({ load }) => load), baseline: results.baseline.map(({ load }) => load) },
      ...(refusal !== undefined && { note: `refused: ${String(refusal)}` }),
    }),
    perCpuSecond(title, 'answered', {
      confab: results.confab.map(({ result, load }) => ({ rate: rate(result), load })),
      baseline: results.baseline.map(({ result, load }) => ({ rate: rate(result), load })),
    }),
    row({ scene: title, measure: 'p99, ms', confab: of('confab', p99), baseline: of('baseline', p99) }),
  ];
}

/** One request for each client, who is a member of the group it is about. */
async function requestsOf(target: Target, { groups, method, query = '' }: RestScene): Promise<HttpRequest[]> {
  const people = await target.people(clients);
  const groupIds: string[] = [];
  for (let group = 0; group < groups; group += 1) {
    const members = people.filter((_, index) => index % groups === group);
    const id = await target.group(members);
    const [first] = members;
    if (method === 'GET' && first !== undefined) await fill(target, first, id, 60);
    groupIds.push(id);
  }
  return people.map(({ token }, index) => ({
    method,
    path: `${target.prefix}/groups/${groupIds[index % groups] ?? ''}/messages${query}`,
    token,
    ...(method === 'POST' && { body: '{"content":"~"}' }),
  }));
}

function rate({ answered, seconds }: RequestsResult): number {
  return answered / seconds;
}
