import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { FoundMessageView, MessagePage, MyGroupView, TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

type Document = Record<string, unknown>;

describe('npm run seed', () => {
  let folder: string;
  let app: TestApp;
  const database = `t-${randomUUID().slice(0, 30)}`;
  const order = ['--users', '60', '--groups', '12', '--messages', '1500'];

  /** Runs the built program, as `npm run seed` does. */
  function run(environment: Record<string, string>, ...args: string[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['dist/tools/seed/main.js', ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'test',
          BCRYPT_ROUNDS: '4',
          ...environment,
        },
      });
      const output = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
      }
      child.once('error', reject);
      child.once('close', (exitCode) => {
        resolve({ exitCode, ...output });
      });
    });
  }
  const onServer = (name: string) => ({
    MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI'] ?? '',
    DATABASE_NAME: name,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confab-seed-spec-'));
    const outcome = await run(onServer(database), ...order, '--json');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ users: 60, groups: 12, messages: 1500 });
    app = await startTestApp({ DATABASE_NAME: database });
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const everyGroup = () => app.connection.collection<Document & { _id: string }>('groups').find().toArray();

  it('writes logs as the server does: every place once, markers within them, and everything found by its words', async () => {
    const groups = await everyGroup();
    expect(groups).toHaveLength(12);
    let total = 0;
    for (const { _id, memberCount } of groups) {
      const messages = await app.connection.collection('messages').find({ groupId: _id }).sort({ seq: 1 }).toArray();
      const places = messages.map(({ seq, rev }) => [seq as number, rev as number]);
      expect(places).toEqual(messages.map((_, index) => [index + 1, index + 1]));
      const times = messages.map(({ createdAt }) => (createdAt as Date).getTime());
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      const memberships = await app.connection.collection('memberships').find({ groupId: _id }).toArray();
      expect(memberships).toHaveLength(memberCount as number);
      for (const { lastReadSeq, lastDeliveredSeq } of memberships) {
        expect(lastReadSeq).toBeLessThanOrEqual(lastDeliveredSeq as number);
        expect(lastDeliveredSeq).toBeLessThanOrEqual(messages.length);
      }
      const members = new Set(memberships.map(({ userId }) => userId as string));
      expect(messages.every(({ senderId }) => members.has(senderId as string))).toBe(true);
      total += messages.length;
    }
    expect(total).toBe(1500);
    expect(await app.connection.collection('search_entries').countDocuments()).toBe(1500);
  });

  it('makes people who can log in, and see and say what members do', async () => {
    const [user] = await app.connection.collection('users').find().sort({ _id: 1 }).toArray();
    const { accessToken } = expectStatus(
      await new ApiClient(app.api).post<TokenPairView>('/auth/login', {
        login: user!['username'] as string,
        password: 'seeded-1',
      }),
      200,
    );
    const api = new ApiClient(app.api, accessToken);
    const [channel] = (await walkPages<MyGroupView>(api, '/groups')).filter(({ kind }) => kind === 'channel');
    const page = expectStatus(await api.get<MessagePage>(`/groups/${channel!.id}/messages?limit=5`), 200);
    expect(page.lastSeq).toBe(channel!.lastSeq);
    const unread = await app.connection.collection('messages').countDocuments({
      groupId: channel!.id,
      seq: { $gt: channel!.lastReadSeq },
      senderId: { $ne: user!._id.toString() },
    });
    expect(channel!.unreadCount).toBe(unread);
    const found = await walkPages<FoundMessageView>(api, `/search/messages?q=ubuntu&limit=100&groupId=${channel!.id}`);
    const scanned = await app.connection
      .collection('messages')
      .countDocuments({ groupId: channel!.id, content: /(?<![\p{L}\p{N}])ubuntu/iu });
    expect(scanned).toBeGreaterThan(0);
    expect(found).toHaveLength(scanned);
    expect((await api.post(`/groups/${channel!.id}/messages`, { content: 'Hello all' })).status).toBe(201);
    await eventually(async () => (await app.connection.collection('search_entries').countDocuments()) === 1501);
  });

  it('makes the same again from the same seed', async () => {
    const other = `t-${randomUUID().slice(0, 30)}`;
    expect(await run(onServer(other), ...order)).toMatchObject({ exitCode: 0 });
    const ids = async (name: string) => {
      const messages = app.connection.useDb(name).collection('messages');
      return await messages
        .find({ createdAt: { $lt: new Date('2026-01-01') } }, { projection: { content: 1 } })
        .sort({ _id: 1 })
        .toArray();
    };
    const [these, those] = [await ids(database), await ids(other)];
    await app.connection.useDb(other).dropDatabase();
    expect(those).toHaveLength(1500);
    expect(those).toEqual(these);
  });

  it('leaves a database with users alone, unless it is told to add to it', async () => {
    const before = await app.connection.collection('users').countDocuments();
    const refused = await run(onServer(database), ...order);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^There are users in .* already\. To add to them: --into-existing\n$/);
    const repeated = await run(onServer(database), ...order, '--into-existing');
    expect(repeated).toMatchObject({
      exitCode: 1,
      stderr: 'The same people are there already: take another --seed.\n',
    });
    expect(await app.connection.collection('users').countDocuments()).toBe(before);
    const added = await run(onServer(database), ...order, '--into-existing', '--seed', '2');
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(added.stdout).toMatch(/^people +60 .*\n[\s\S]*messages +1,500\n/);
    expect(await app.connection.collection('users').countDocuments()).toBe(before + 60);
  });

  it('says in one line what to do when the data folder is in use', async () => {
    const environment = { DATA_DIR: folder };
    const [one, two] = await Promise.all([
      run(environment, '--users', '2000', '--messages', '0'),
      run(environment, '--users', '2000', '--messages', '0'),
    ]);
    const refused = [one, two].find(({ exitCode }) => exitCode !== 0);
    expect(refused?.stderr).toMatch(/^.* is in use by .*; stop it, or set DATA_DIR .*MONGODB_URI.*\n$/);
  });

  it('explains itself', async () => {
    expect((await run({}, '--help')).stdout).toContain('--into-existing');
    const wrong = await run({}, '--users', 'many');
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('--help');
  });
});
