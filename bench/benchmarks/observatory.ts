import { appendFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ConversationView, ObservatoryStatusView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import { writeTranscripts } from '../../tools/transcripts/generate.js';
import type { Benchmark } from '../support/benchmark.js';
import { cpuLoad, cpuTime, residentBytes } from '../support/cpu.js';
import { row, type Row } from '../support/rows.js';
import type { Stage } from '../support/stage.js';
import { median, percentile } from '../support/stats.js';
import { api, type Target } from '../support/target.js';

const size = { files: 1_000, lines: 200_000, projects: 20, linesOfOneLarge: 5_000 };
const askEveryMs = 20;
const idleMs = 20_000;
const appends = 20;
const longestScanMs = 5 * 60_000;

/** What one scan was like. */
interface Scan {
  seconds: number;
  residentMegabytes: number;
  /** Of requests that were made meanwhile. */
  p99Ms: number;
  /** CPU time for each line, the requests among it: on a machine that others use too it says more than the time. */
  serverMicroseconds: number;
  databaseMicroseconds: number;
}

export const observatory: Benchmark = {
  name: 'observatory',
  about: `the first scan of ${size.files} transcripts with ${size.lines} lines, what it leaves to others, and watching after it`,
  async run(stage) {
    const root = await mkdtemp(join(tmpdir(), 'confab-transcripts-'));
    try {
      const source = join(root, 'transcripts');
      await mkdir(source);
      const { bytes } = await writeTranscripts(source, size);
      stage.say(`  ${Math.round(bytes / 1_000_000)} MB of transcripts`);
      return await measure(stage, source, bytes);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

async function measure(stage: Stage, root: string, bytes: number): Promise<Row[]> {
  const scans: Scan[] = [];
  const idle: number[] = [];
  const latencies: number[] = [];
  for (let round = 0; round < stage.options.rounds; round += 1) {
    const target = await stage.confab({ transcriptsPath: root });
    const startedAt = performance.now();
    const [account] = await target.people(1);
    const token = account?.token ?? '';
    const before = stage.cpuSeconds(target);
    const took = await scanned(target, token, startedAt);
    const after = stage.cpuSeconds(target);
    const scan = {
      ...took,
      serverMicroseconds: ((after.server - before.server) / size.lines) * 1e6,
      databaseMicroseconds: ((after.database - before.database) / size.lines) * 1e6,
    };
    scans.push(scan);
    stage.say(
      `  scanned in ${scan.seconds.toFixed(1)} s, ${scan.residentMegabytes} MB, p99 ${scan.p99Ms.toFixed(1)} ms, CPU a line: server ${scan.serverMicroseconds.toFixed(0)} µs, database ${scan.databaseMicroseconds.toFixed(0)} µs`,
    );
    latencies.push(await appended(target, token, root));
    idle.push(await idleLoad(target));
    await stage.dismiss(target);
  }
  const scene = `${size.files} files, ${size.lines} lines, ${Math.round(bytes / 1_000_000)} MB`;
  const all = (key: keyof Scan) => scans.map((scan) => scan[key]);
  return [
    row({
      scene,
      measure: 'lines/s',
      confab: all('seconds').map((seconds) => size.lines / seconds),
      note: 'to reach: 20000',
    }),
    row({ scene, measure: 'CPU of the server, µs/line', confab: all('serverMicroseconds') }),
    row({ scene, measure: 'CPU of the database, µs/line', confab: all('databaseMicroseconds') }),
    row({ scene, measure: 'resident, MB', confab: all('residentMegabytes'), note: 'to reach: at most 300' }),
    row({ scene, measure: 'API meanwhile, p99, ms', confab: all('p99Ms'), note: 'to reach: at most 100' }),
    row({
      scene: 'a line appended',
      measure: 'until read over REST, ms',
      confab: latencies,
      note: 'to reach: at most 1000',
    }),
    row({ scene: 'nothing happens', measure: 'CPU, %', confab: idle, note: 'to reach: at most 1' }),
  ];
}

/** From the moment in which the server is ready: the scan begins with it. */
async function scanned(
  target: Target,
  token: string,
  startedAt: number,
): Promise<Pick<Scan, 'seconds' | 'residentMegabytes' | 'p99Ms'>> {
  const latencies: number[] = [];
  let resident = 0;
  while (performance.now() - startedAt < longestScanMs) {
    const askedAt = performance.now();
    const status = await api<ObservatoryStatusView>(target, 'GET', '/observatory/status', token);
    latencies.push(performance.now() - askedAt);
    for (const path of ['/conversations?limit=20', '/projects', '/users/me']) {
      const at = performance.now();
      await api(target, 'GET', path, token);
      latencies.push(performance.now() - at);
    }
    resident = Math.max(resident, residentBytes(target.pid) ?? 0);
    if (status.lines.total >= size.lines && status.conversations === size.files && status.state === 'watching') {
      return {
        seconds: (performance.now() - startedAt) / 1000,
        residentMegabytes: Math.round(resident / 1_000_000),
        p99Ms: percentile(latencies, 99),
      };
    }
    await sleep(askEveryMs);
  }
  throw new Error('the scan did not end');
}

/** How long it takes until a line that is appended is read over REST, with the time that asking takes. */
async function appended(target: Target, token: string, root: string): Promise<number> {
  const [folder = ''] = await readdir(root);
  const [file = ''] = await readdir(join(root, folder));
  const sessionId = file.replace('.jsonl', '');
  const latencies: number[] = [];
  for (let count = 0; count < appends; count += 1) {
    const timestamp = new Date(Date.now() + count).toISOString();
    const line = { type: 'user', uuid: crypto.randomUUID(), sessionId, timestamp, message: { content: 'Go on' } };
    const before = performance.now();
    await appendFile(join(root, folder, file), `${JSON.stringify(line)}\n`);
    for (;;) {
      const { items } = await api<Page<ConversationView>>(target, 'GET', '/conversations?limit=1', token);
      if (items[0]?.lastActivityAt === timestamp) break;
      if (performance.now() - before > 10_000) throw new Error('an appended line was not read');
    }
    latencies.push(performance.now() - before);
  }
  return median(latencies);
}

async function idleLoad(target: Target): Promise<number> {
  await sleep(2_000);
  const before = cpuTime([target.pid]);
  await sleep(idleMs);
  return cpuLoad(before, cpuTime([target.pid]), idleMs / 1000).wholePercent;
}
