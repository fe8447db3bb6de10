import type { MessageView, MyGroupView, Page, TokenPairView } from '../../contract/views.js';
import type { Benchmark } from '../support/benchmark.js';
import { row, type Row } from '../support/rows.js';
import type { Contestant } from '../support/stage.js';
import { percentilesOfMicros } from '../support/stats.js';
import { api } from '../support/target.js';

const size = { users: 10_000, groups: 500, messages: 100_000 };
/** What the first page of a list may take, 95 times of 100. */
const longestMs = 50;

export const lists: Benchmark = {
  name: 'lists',
  about: `one client: the first page of every list, with ${size.users} people, ${size.groups} groups and ${size.messages} messages`,
  async run(stage) {
    stage.say('  fills a database with npm run seed');
    const { database, login } = await stage.seed(size);
    const side: Contestant = { target: await stage.confab({ database }), generator: await stage.generator() };
    const { accessToken } = await api<TokenPairView>(side.target, 'POST', '/auth/login', null, {
      login: login.username,
      password: login.password,
    });
    const rows: Row[] = [];
    const { warmUpMs, measureMs, rounds } = stage.options;
    for (const path of await pathsOf(side, accessToken)) {
      const requests = [{ method: 'GET' as const, path: `${side.target.prefix}${path}`, token: accessToken }];
      const p95: number[] = [];
      let refusal: string | null = null;
      for (let round = 0; round < rounds; round += 1) {
        const job = { url: side.target.url, requests, warmUpMs, measureMs };
        const { result } = await stage.measure(`lists: ${path}`, side, 'requests', job);
        refusal ??= result.firstRefusal;
        p95.push(percentilesOfMicros(result.latenciesMicros).p95);
      }
      const scene = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
      stage.say(`  GET ${scene}: p95 ${p95.map((ms) => ms.toFixed(1)).join(', ')} ms`);
      const slow = Math.min(...p95) > longestMs ? `slower than ${longestMs} ms` : undefined;
      const note = refusal === null ? slow : `refused: ${refusal}`;
      rows.push(row({ scene: `GET ${scene}`, measure: 'p95, ms', confab: p95, ...(note !== undefined && { note }) }));
    }
    return rows;
  },
};

/** Every list, as one who is in many groups asks for it: in the largest group, where it is one of a group. */
async function pathsOf({ target }: Contestant, token: string): Promise<string[]> {
  const { items } = await api<Page<MyGroupView>>(target, 'GET', '/groups?limit=100', token);
  const [largest] = items.toSorted((one, other) => other.lastSeq - one.lastSeq);
  if (largest === undefined) throw new Error('the seeded user is in no group');
  const { items: messages } = await api<Page<MessageView>>(target, 'GET', `/groups/${largest.id}/messages`, token);
  const [message] = messages;
  if (message === undefined) throw new Error('the largest group has no message');
  const group = `/groups/${largest.id}`;
  return [
    '/users',
    '/users?q=u',
    '/users/online',
    '/groups',
    '/groups?kind=channel',
    '/groups/discover?q=a',
    `${group}/members`,
    `${group}/members?role=member`,
    `${group}/members?online=true`,
    `${group}/messages`,
    `${group}/changes?since=0`,
    `${group}/pins`,
    `${group}/read-state`,
    `/messages/${message.id}/thread`,
    `/messages/${message.id}/receipts`,
    '/messages',
    '/messages/mine',
    '/search/messages?q=ubuntu',
    '/search/messages?q=the',
    '/search/messages?q=install+driver',
    '/auth/sessions',
  ];
}
