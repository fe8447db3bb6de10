import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { adminPaths, listPaths, moderatorPaths, type ListPath } from '../../bench/benchmarks/list-paths.js';
import type { Target } from '../../bench/support/target.js';
import type { MessageView, MyGroupView, Page, TokenPairView } from '../../contract/views.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient } from '../support/api-client.js';
import { expectStatus, Person } from '../support/people.js';
import { faultOf, queryPlans } from '../support/query-plans.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

type Row = Record<string, unknown> & { _id: string };

const password = 'seeded-1';

/** Lists of which a query passes over keys of what another query of the same page has found. */
const keysPassedOver = new Set(['/users']);

/** These are of transcripts, which the seed has none of: `observatory-api.spec.ts` looks at them. */
const observatoryLists = ['/projects', '/conversations', '/conversations/{id}/messages', '/observatory/problems'];

/** A database as `npm run seed` fills it, and the lists that the benchmark of lists measures. */
describe('each list, on its first page and behind it', () => {
  let app: TestApp;
  let busy: Person;
  let admin: Person;
  let target: Target;
  const rows: (ListPath & { by: Person })[] = [];

  beforeAll(async () => {
    const DATABASE_NAME = `t-${randomUUID().slice(0, 30)}`;
    const username = await seed(DATABASE_NAME, '--users', '1500', '--groups', '100', '--messages', '12000');
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true', DATABASE_NAME });
    const login = await new ApiClient(app.api).post<TokenPairView>('/auth/login', { login: username, password });
    const tokens = expectStatus(login, 200);
    busy = new Person(app, tokens.user, password, tokens);
    admin = await anAdmin(app);
    await enrich(app, busy);
    target = { url: app.url, prefix: '/api/v1' } as Target;
    const own = [
      ...(await listPaths(target, busy.tokens.accessToken)),
      ...(await moderatorPaths(target, busy.tokens.accessToken)),
    ];
    rows.push(...own.map((row) => ({ ...row, by: busy })), ...adminPaths().map((row) => ({ ...row, by: admin })));
  });
  afterAll(() => app.stop());

  /** The plans of all queries that are not as they should be, in words. */
  async function faultsOf({ route, path, by }: ListPath & { by: Person }) {
    let cursor: string | null = null;
    const ask = (place: string) => async () => {
      const answer = expectStatus(await by.api.get<Page<unknown>>(place), 200);
      cursor = answer.nextCursor;
    };
    const plans = await queryPlans(app, ask(path));
    if (typeof cursor === 'string') plans.push(...(await queryPlans(app, ask(behind(path, cursor)))));
    return plans.flatMap((plan) => {
      const fault = faultOf(plan, keysPassedOver.has(route));
      return fault === null ? [] : [`${path}: ${plan.collection}: ${fault} (${plan.reads.join(', ')})`];
    });
  }

  it('is among those that are looked at here', async () => {
    const answer = await fetch(`${app.url}/docs/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, { get?: { parameters?: { name: string }[] } }> };
    const lists = Object.entries(paths).flatMap(([path, { get }]) =>
      get?.parameters?.some(({ name }) => name === 'limit') === true ? [path.slice(target.prefix.length)] : [],
    );
    expect(lists.length).toBeGreaterThan(15);
    const lookedAt = new Set([...rows.map(({ route }) => route), ...observatoryLists]);
    expect(lists.filter((list) => !lookedAt.has(list))).toEqual([]);
  });

  it('is answered from indexes, which hold no more than three times what is returned', async () => {
    const faults: string[] = [];
    for (const row of rows) faults.push(...(await faultsOf(row)));
    expect(faults).toEqual([]);
  });

  const needed: [collection: string, index: string, path: RegExp][] = [
    ['users', 'isActive_1_createdAt_-1__id_-1', /^\/admin\/users\?isActive=false$/],
    ['groups', 'channel_name', /^\/groups\/discover$/],
    ['memberships', 'groupId_1_role_1_userId_1', /members\?role=owner$/],
    ['memberships', 'userId_1_groupId_1', /^\/groups$/],
    ['messages', 'groupId_1_rev_1', /changes\?since=0$/],
    ['messages', 'groupId_1_pinnedAt_-1_seq_-1', /pins$/],
    ['messages', 'replyToId_1_groupId_1_seq_1_deletedAt_1', /thread$/],
    ['search_entries', 'groupId_1_keys_1_createdAt_1_seq_1', /messages\?q=the$/],
    ['search_entries', 'groupId_1_createdAt_-1_messageId_-1', /^\/messages$/],
    ['blocks', 'blockerId_1_createdAt_-1__id_-1', /blocks$/],
    ['invites', 'groupId_1_createdAt_-1__id_-1', /invites$/],
    ['sessions', 'userId_1_createdAt_-1', /sessions$/],
  ];

  it.each(needed)('would not be without an index: %s, %s', async (name, index, path) => {
    const row = rows.find((one) => path.test(one.path))!;
    const collection = app.connection.collection(name);
    const { v: _version, ...spec } = (await collection.indexes()).find((one) => one.name === index)!;
    await collection.dropIndex(index);
    try {
      // A query that names its index fails without it.
      const faults = await faultsOf(row).catch((error: unknown) => [String(error)]);
      expect(faults).not.toEqual([]);
    } finally {
      await collection.createIndexes([spec]);
    }
  });

  it('has its indexes without what their keys have in common', async () => {
    const [stats] = await app.connection
      .collection('messages')
      .aggregate([{ $collStats: { storageStats: {} } }])
      .toArray();
    const details = (stats!['storageStats'] as { indexDetails: Record<string, { creationString: string }> })
      .indexDetails;
    expect(details['groupId_1_seq_1']!.creationString).toContain('prefix_compression=true');
  });
});

/** The next page; a cursor stands in place of where the first one began. */
function behind(path: string, cursor: string): string {
  const { pathname, searchParams } = new URL(path, 'http://of.no.matter');
  for (const place of ['before', 'after', 'around']) searchParams.delete(place);
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams.toString()}`;
}

/** Runs the built program, as `npm run seed` does. @returns who can log in, of those in many groups */
async function seed(database: string, ...order: string[]): Promise<string> {
  const child = spawn(process.execPath, ['dist/tools/seed/main.js', ...order, '--password', password, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      BCRYPT_ROUNDS: '4',
      MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI'] ?? '',
      DATABASE_NAME: database,
    },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return (JSON.parse(printed) as { login: { username: string } }).login.username;
}

/** What the seed does not make, put beside it: what is deleted, pinned, blocked, deactivated and logged in. */
async function enrich(app: TestApp, busy: Person): Promise<void> {
  const collection = (name: string) => app.connection.collection<Row>(name);
  const groups = await walkPages<MyGroupView>(busy.api, '/groups?limit=100');
  const largest = groups.toSorted((one, other) => other.lastSeq - one.lastSeq)[0]!;
  const { items } = expectStatus(
    await busy.api.get<Page<MessageView>>(`/groups/${largest.id}/messages?limit=100`),
    200,
  );
  const at = (index: number) => new Date(Date.UTC(2025, 6, 1) + index * 1000);
  const pinned = items.slice(0, 50);
  for (const [index, { id }] of pinned.entries()) {
    await collection('messages').updateOne({ _id: id }, { $set: { pinnedAt: at(index) } });
  }
  await collection('messages').updateMany({ seq: { $mod: [25, 7] } }, { $set: { deletedAt: at(0) } });
  await collection('search_entries').updateMany({ seq: { $mod: [25, 7] } }, { $set: { isDeleted: true, keys: [] } });
  const root = items[60]!;
  await collection('messages').updateMany(
    { groupId: largest.id, seq: { $gt: root.seq, $lt: root.seq + 60 } },
    { $set: { replyToId: root.id } },
  );
  const users = await collection('users').find<{ _id: string }>({}).limit(600).toArray();
  const blocks = users.slice(1, 200).map(({ _id }, index) => ({
    _id: `${busy.id}:${_id}`,
    blockerId: busy.id,
    blockedId: _id,
    createdAt: at(index),
  }));
  await collection('blocks').insertMany(blocks);
  await collection('users').updateMany(
    { _id: { $in: users.slice(200, 600).map(({ _id }) => _id) } },
    { $set: { isActive: false, lastLoginAt: at(0) } },
  );
  await collection('groups').updateMany({ _id: { $in: groups.slice(-5).map(({ id }) => id) } }, [
    { $set: { deletedAt: '$createdAt' } },
  ]);
  for (let count = 0; count < 30; count += 1) await busy.logInAgain();
}
