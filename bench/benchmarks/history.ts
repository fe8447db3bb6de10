import type { GroupDetailView } from '../../contract/views.js';
import type { CatchUpJob } from '../load/jobs.js';
import type { Benchmark } from '../support/benchmark.js';
import { JobFailed } from '../support/generator.js';
import { row, skipped, type Row } from '../support/rows.js';
import type { Contestant, Stage } from '../support/stage.js';
import { percentile, percentilesOfMicros, type Percentiles } from '../support/stats.js';
import { api, fill, type Account, type Side } from '../support/target.js';

const missed = 1_000;
const catchUpsOverHttp = 20;
/** A second each: a socket may not ask more often. */
const catchUpsOverSocket = 3;

interface Reader {
  account: Account;
  groupId: string;
}

export const history: Benchmark = {
  name: 'history',
  about: `one client: GET of the last 50, and catching up with ${missed} changes over HTTP and with "sync"`,
  async run(stage) {
    const sides = await stage.contestants('rest');
    stage.say(`  fills a group with ${missed} messages on each side`);
    const readers = { confab: await aReader(sides.confab), baseline: await aReader(sides.baseline) };
    return [
      ...(await lastFifty(stage, sides, readers)),
      await overHttp(stage, sides, readers),
      await overSocket(stage, sides.confab, readers.confab),
    ];
  },
};

async function aReader({ target }: Contestant): Promise<Reader> {
  const [account] = await target.people(1);
  if (account === undefined) throw new Error('nobody reads');
  const groupId = await target.group([account]);
  await fill(target, account, groupId, missed);
  return { account, groupId };
}

async function lastFifty(stage: Stage, sides: Record<Side, Contestant>, readers: Record<Side, Reader>): Promise<Row[]> {
  const scene = 'GET the last 50, 1 client';
  const { warmUpMs, measureMs } = stage.options;
  const results = await stage.alternate(
    scene,
    sides,
    async (contestant) => {
      const { url, side, prefix } = contestant.target;
      const { account, groupId } = readers[side];
      const request = { method: 'GET' as const, path: `${prefix}/groups/${groupId}/messages`, token: account.token };
      const job = { url, requests: [request], warmUpMs, measureMs };
      const { result, load } = await stage.measure(`history: ${scene}`, contestant, 'requests', job);
      return { percentiles: percentilesOfMicros(result.latenciesMicros), load, bytes: result.bytes / result.answered };
    },
    ({ percentiles: { p50, p99 } }) => `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
  );
  const of = (side: Side, key: keyof Percentiles) => results[side].map(({ percentiles }) => percentiles[key]);
  const load = { confab: results.confab.map((one) => one.load), baseline: results.baseline.map((one) => one.load) };
  const bytes = (side: Side) => Math.round(results[side][0]?.bytes ?? 0);
  return (['p50', 'p99'] as const).map((key) =>
    row({
      scene,
      measure: `${key}, ms`,
      confab: of('confab', key),
      baseline: of('baseline', key),
      ...(key === 'p50' && { load, note: `bytes of an answer ${bytes('confab')} and ${bytes('baseline')}` }),
    }),
  );
}

async function overHttp(stage: Stage, sides: Record<Side, Contestant>, readers: Record<Side, Reader>): Promise<Row> {
  const scene = `${missed} changes over HTTP`;
  const measure = 'p50 to the end, ms';
  const times = { times: catchUpsOverHttp };
  try {
    const results = await stage.alternate(
      scene,
      sides,
      async ({ target, generator }) => {
        const { account, groupId } = readers[target.side];
        const path = `${target.prefix}/groups/${groupId}/changes?since={from}`;
        const more = target.side === 'confab' ? `&limit=500&epoch=${await epochOf(sides.confab, readers.confab)}` : '';
        const job = { url: target.url, token: account.token, path: path + more, ...times };
        return generator.perform('catchUp', job);
      },
      ({ millis, changes }) => `${percentile(millis, 50).toFixed(1)} ms for ${changes} changes`,
    );
    const of = (side: Side) => results[side].map(({ millis }) => percentile(millis, 50));
    return row({ scene, measure, confab: of('confab'), baseline: of('baseline') });
  } catch (error) {
    return unlessMissing(scene, measure, error, [404]);
  }
}

/** The baseline has nothing of the kind. */
async function overSocket(stage: Stage, { target, generator }: Contestant, reader: Reader): Promise<Row> {
  const scene = `${missed} changes with "sync"`;
  const measure = 'p50 to the end, ms';
  const { account, groupId } = reader;
  try {
    await generator.perform('connect', { url: target.url, transport: 'socket.io', tokens: [account.token] });
    const epoch = await epochOf({ target }, reader);
    const job: CatchUpJob = {
      url: target.url,
      token: account.token,
      times: catchUpsOverSocket,
      sync: { groupId, epoch },
    };
    const confab: number[] = [];
    for (let round = 1; round <= stage.options.rounds; round += 1) {
      const { millis, changes } = await generator.perform('catchUp', job);
      confab.push(percentile(millis, 50));
      stage.say(`  ${scene}, round ${round}: ${percentile(millis, 50).toFixed(1)} ms for ${changes} changes`);
    }
    return row({ scene, measure, confab });
  } catch (error) {
    // An event that the server does not know is refused as invalid.
    return unlessMissing(scene, measure, error, [400, 404]);
  }
}

async function epochOf({ target }: Pick<Contestant, 'target'>, { account, groupId }: Reader): Promise<string> {
  return (await api<GroupDetailView>(target, 'GET', `/groups/${groupId}`, account.token)).epoch;
}

function unlessMissing(scene: string, measure: string, error: unknown, statuses: readonly number[]): Row {
  if (error instanceof JobFailed && error.httpStatus !== null && statuses.includes(error.httpStatus)) {
    return skipped(scene, measure, `the server does not know it (${error.message.slice(0, 100)})`);
  }
  throw error;
}
