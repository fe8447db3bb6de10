import type { Page, PublicUserView, TokenPairView } from '../../contract/views.js';
import type { Benchmark } from '../support/benchmark.js';
import { adminEmail } from '../support/confab.js';
import { row, type Row } from '../support/rows.js';
import type { Contestant, Stage } from '../support/stage.js';
import { percentilesOfMicros } from '../support/stats.js';
import { api, type Target } from '../support/target.js';
import { adminPaths, isNotSeeded, listPaths, moderatorPaths, type ListPath } from './list-paths.js';

const size = { users: 10_000, groups: 500, messages: 1_000_000 };
/** What the first page of a list may take, 95 times of 100. */
const longestMs = 50;

export const lists: Benchmark = {
  name: 'lists',
  about: `one client: the first page of every list, with ${size.users} people, ${size.groups} groups and ${size.messages} messages`,
  async run(stage) {
    stage.say('  fills a database with npm run seed, which takes minutes');
    const { database, login, seconds } = await stage.seed(size);
    stage.say(`  filled in ${Math.round(seconds)} s`);
    const side: Contestant = { target: await stage.confab({ database }), generator: await stage.generator() };
    const { target } = side;
    const busy = await logIn(target, login.username, login.password);
    const { items } = await api<Page<PublicUserView>>(target, 'GET', '/users?limit=100', busy);
    const ordinary = await logIn(target, items.at(-1)?.username ?? '', login.password);
    const admin = await registerAdmin(target);
    const askers: [who: string, token: string, paths: ListPath[]][] = [
      ['in many groups', busy, [...(await listPaths(target, busy)), ...(await moderatorPaths(target, busy))]],
      ['ordinary', ordinary, await listPaths(target, ordinary)],
      ['an admin', admin, adminPaths()],
    ];
    const measured = new Set(askers.flatMap(([, , paths]) => paths.map(({ route }) => route)));
    const left = (await listRoutes(target)).filter((route) => !measured.has(route) && !isNotSeeded(route));
    if (left.length > 0) throw new Error(`nobody measures ${left.join(', ')}`);
    const rows: Row[] = [];
    for (const [who, token, paths] of askers) {
      for (const { path } of paths) rows.push(await measure(stage, side, who, token, path));
    }
    return rows;
  },
};

async function measure(stage: Stage, side: Contestant, who: string, token: string, path: string): Promise<Row> {
  const { warmUpMs, measureMs, rounds } = stage.options;
  const requests = [{ method: 'GET' as const, path: `${side.target.prefix}${path}`, token }];
  const scene = `${who}: ${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')}`;
  const p95: number[] = [];
  let refusal: string | null = null;
  for (let round = 0; round < rounds; round += 1) {
    const job = { url: side.target.url, requests, warmUpMs, measureMs };
    const { result } = await stage.measure(`lists, ${scene}`, side, 'requests', job);
    refusal ??= result.firstRefusal;
    p95.push(percentilesOfMicros(result.latenciesMicros).p95);
  }
  stage.say(`  ${scene}: p95 ${p95.map((ms) => ms.toFixed(1)).join(', ')} ms`);
  const slow = Math.min(...p95) > longestMs ? `slower than ${longestMs} ms` : undefined;
  const note = refusal === null ? slow : `refused: ${refusal}`;
  return row({ scene, measure: 'p95, ms', confab: p95, ...(note !== undefined && { note }) });
}

async function logIn(target: Target, login: string, password: string): Promise<string> {
  return (await api<TokenPairView>(target, 'POST', '/auth/login', null, { login, password })).accessToken;
}

async function registerAdmin(target: Target): Promise<string> {
  const about = { username: 'bench-admin', email: adminEmail, password: 'correct horse' };
  return (await api<TokenPairView>(target, 'POST', '/auth/register', null, about)).accessToken;
}

interface Operation {
  parameters?: { name: string; in: string }[];
}

/** The lists that the documentation has: what is asked for page by page. */
async function listRoutes({ url, prefix }: Target): Promise<string[]> {
  const answer = await fetch(`${url}/docs/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, { get?: Operation }> };
  return Object.entries(paths).flatMap(([path, { get }]) =>
    get?.parameters?.some(({ name }) => name === 'limit') === true ? [path.slice(prefix.length)] : [],
  );
}
