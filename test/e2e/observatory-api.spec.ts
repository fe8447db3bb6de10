import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type {
  ConversationAnalyticsView,
  ConversationView,
  ProjectPage,
  ProjectView,
} from '../../contract/observatory.js';
import { ConversationsRepository } from '../../src/observatory/conversations.repository.js';
import { ProjectsRepository } from '../../src/observatory/projects.repository.js';
import { anAdmin } from '../support/admin.js';
import { breakOnce } from '../support/break-once.js';
import { eventually } from '../support/eventually.js';
import { explained } from '../support/explained.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { conversationWhen, entriesOf, Script, statusWhen, TranscriptFolder } from '../support/transcripts.js';
import { walkPages } from '../support/walk-pages.js';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);

describe('the API of the observatory', () => {
  let folder: TranscriptFolder;
  let app: TestApp;
  let admin: Person;
  let ada: Person;
  const scripts: Script[] = [];
  beforeAll(async () => {
    folder = await TranscriptFolder.make();
    // Six projects of four conversations, an hour apart from each other.
    for (let count = 0; count < 24; count += 1) {
      const cwd = `/srv/p${String(count % 6)}`;
      const script = new Script(randomUUID(), { cwd }, start + count * hour);
      scripts.push(script);
      await folder.write(`-srv-p${String(count % 6)}/${script.sessionId}.jsonl`, [
        script.asks(`Question ${String(count)}`),
        script.answers('Answer'),
      ]);
    }
    app = await startTestApp({ TRANSCRIPTS_PATH: folder.root, LOG_DB_QUERIES: 'true' });
    [admin, ada] = await Promise.all([anAdmin(app), aPerson(app)]);
    await statusWhen(ada.api, ({ conversations, state }) => conversations === 24 && state === 'watching');
    await eventually(async () => (await projects()).every(({ conversationCount }) => conversationCount === 4));
  });
  afterAll(async () => {
    await app.stop();
    await folder.remove();
  });

  const projects = async (query = '') => (await page(query)).items;
  const page = async (query: string) => expectStatus(await ada.api.get<ProjectPage>(`/projects?${query}`), 200);
  const titles = async (query: string) =>
    (await walkPages<ConversationView>(ada.api, `/conversations?limit=5&${query}`)).map(({ title }) => title);
  const questions = (...numbers: number[]) => numbers.map((number) => `Question ${String(number)}`);

  const packsOf = (file: { _id: unknown } | null) =>
    app.connection
      .collection('observatory_packs')
      .countDocuments({ _id: new RegExp(`^${String(file?._id)}:`) as never });

  describe('of projects', () => {
    it('names them by their working directory, the latest active first', async () => {
      const found = await projects();
      expect(found.map(({ name }) => name)).toEqual(['p5', 'p4', 'p3', 'p2', 'p1', 'p0']);
      expect(found[0]).toMatchObject({
        path: '/srv/p5',
        folder: '-srv-p5',
        lastActivityAt: new Date(start + 23 * hour + 1000).toISOString(),
      });
      const answer = await ada.api.get<ProjectView>(`/projects/${found[0]!.id}`);
      expect(expectStatus(answer, 200)).toEqual(found[0]);
      expectProblem(await ada.api.get(`/projects/${randomUUID()}`), 'not_found');
    });

    it('gives numbered pages', async () => {
      const second = await page('sort=name&order=asc&limit=4&page=2');
      expect(second.items.map(({ name }) => name)).toEqual(['p4', 'p5']);
      expect(second.pagination).toEqual({ page: 2, limit: 4, total: 6, pages: 2, hasNext: false, hasPrev: true });
      expect((await page('page=3&limit=4')).items).toEqual([]);
    });

    it.each(['lastActivityAt', 'name', 'createdAt', 'conversationCount'])(
      'goes on by a cursor in the order of %s, both ways',
      async (sort) => {
        const query = `/projects?limit=2&sort=${sort}`;
        const down = await walkPages<ProjectView>(ada.api, `${query}&order=desc`);
        const up = await walkPages<ProjectView>(ada.api, `${query}&order=asc`);
        expect(new Set(down.map(({ id }) => id)).size).toBe(6);
        expect(up.map(({ id }) => id)).toEqual(down.map(({ id }) => id).reverse());
        const first = await page(`limit=2&sort=${sort}`);
        const next = await page(`limit=2&sort=${sort}&cursor=${first.nextCursor!}`);
        expect(next.pagination).toMatchObject({ page: 2, hasNext: true, hasPrev: true });
      },
    );

    it.each(['page=0', 'page=1.5', 'page=100000', 'sort=size', 'order=up', 'limit=0', 'page=2&cursor=x', 'cursor=x'])(
      'refuses %s',
      async (query) => {
        expectProblem(await ada.api.get(`/projects?${query}`), 'validation_failed');
      },
    );

    it('reads each list from an index in its order', async () => {
      for (const sort of ['lastActivityAt', 'name', 'createdAt', 'conversationCount']) {
        const found = await explained(app, 'observatory_projects', () => page(`limit=2&sort=${sort}`));
        // Beside it they are counted.
        expect(found.find(({ returned }) => returned === 3)).toMatchObject({
          isCollectionScan: false,
          sorts: false,
          documentsExamined: 3,
        });
      }
    });

    it('lets an admin name and describe one, which the watcher does not undo', async () => {
      const [{ id } = { id: '' }] = await projects('sort=name&order=asc');
      const changes = { name: 'The Engine', description: 'Fast', settings: { colour: 'green', size: 3, dark: true } };
      const changed = expectStatus(await admin.api.put<ProjectView>(`/projects/${id}`, changes), 200);
      expect(changed).toMatchObject(changes);
      const script = new Script(randomUUID(), { cwd: '/srv/p0' });
      await folder.write(`-srv-p0/${script.sessionId}.jsonl`, [script.asks('more')]);
      await conversationWhen(ada.api, script.sessionId);
      const after = await eventually(async () => {
        const { body } = await ada.api.get<ProjectView>(`/projects/${id}`);
        return body.conversationCount === 5 && body;
      });
      expect(after).toMatchObject(changes);
      expectProblem(await ada.api.put(`/projects/${id}`, changes), 'forbidden');
      expectProblem(await admin.api.put(`/projects/${randomUUID()}`, changes), 'not_found');
    });

    it.each([
      { settings: [] },
      { settings: null },
      { settings: { a: {} } },
      { settings: { a: null } },
      { settings: { 'a.b': 1 } },
      { settings: { $where: '1' } },
      { settings: { a: 'x'.repeat(501) } },
      { settings: { toString: 'x' } },
      { name: '' },
      { path: '/srv/other' },
    ] as object[])('refuses %j', async (body) => {
      const [project] = await projects();
      expectProblem(await admin.api.put(`/projects/${project!.id}`, body), 'validation_failed');
    });

    it.each(['engine', '', 'C:engine', '/with\u0000nul', '/with\nline'])('refuses the path %j', async (path) => {
      expectProblem(await admin.api.post('/projects', { path }), 'validation_failed');
    });

    it('makes one before there is a transcript of it, and only once', async () => {
      const path = `/srv/${randomUUID()}`;
      const made = expectStatus(await admin.api.post<ProjectView>('/projects', { path, name: 'Early' }), 201);
      expect(made).toMatchObject({ name: 'Early', path, conversationCount: 0 });
      expectProblem(await admin.api.post('/projects', { path }), 'conflict');
      const script = new Script(randomUUID(), { cwd: path });
      await folder.write(`${made.folder}/${script.sessionId}.jsonl`, [script.asks('one')]);
      expect((await conversationWhen(ada.api, script.sessionId)).projectId).toBe(made.id);
      expectStatus(await admin.api.delete(`/projects/${made.id}`), 204);
    });

    it('knows what it has done when the answer of the database was lost', async () => {
      const repository = app.app.get(ProjectsRepository, { strict: false });
      const path = `/srv/${randomUUID()}`;
      breakOnce(repository, 'insert', 'after');
      const { id } = expectStatus(await admin.api.post<ProjectView>('/projects', { path }), 201);
      breakOnce(repository, 'change', 'after');
      const changed = await admin.api.put<ProjectView>(`/projects/${id}`, { name: 'Changed' });
      expect(expectStatus(changed, 200).name).toBe('Changed');
      breakOnce(repository, 'change', 'before');
      expectProblem(await admin.api.put(`/projects/${id}`, { name: 'Not changed' }), 'unavailable');
      breakOnce(repository, 'remember', 'after');
      expectStatus(await admin.api.delete(`/projects/${id}`), 204);
      expectProblem(await ada.api.get(`/projects/${id}`), 'not_found');
    });

    it('goes on with a deletion that was interrupted', async () => {
      const path = `/srv/${randomUUID()}`;
      const { id } = expectStatus(await admin.api.post<ProjectView>('/projects', { path }), 201);
      breakOnce(app.app.get(ConversationsRepository, { strict: false }), 'deleteOfProject', 'before');
      expectProblem(await admin.api.delete(`/projects/${id}`), 'unavailable');
      expectProblem(await ada.api.get(`/projects/${id}`), 'not_found');
      expectStatus(await admin.api.delete(`/projects/${id}`), 204);
      expectProblem(await admin.api.delete(`/projects/${id}`), 'not_found');
    });

    it('keeps of a deleted one what another has too', async () => {
      const [path, other] = [`/srv/a${randomUUID()}`, `/srv/b${randomUUID()}`];
      const folderOf = (directory: string) => directory.replaceAll(/[^A-Za-z0-9]/g, '-');
      const script = new Script(randomUUID(), { cwd: path });
      const said = [script.asks('one'), script.answers('two')];
      await folder.write(`${folderOf(path)}/${script.sessionId}.jsonl`, [...said, script.asks('three')]);
      const { id, projectId } = await conversationWhen(ada.api, script.sessionId);
      await folder.write(`${folderOf(other)}/${script.sessionId}.jsonl`, said);
      await statusWhen(ada.api, ({ bytes, state }) => bytes.lag === 0 && state === 'watching');
      await eventually(async () => (await projects('limit=100')).some(({ folder: name }) => name === folderOf(other)));
      expectStatus(await admin.api.delete(`/projects/${projectId}`), 204);
      const left = await conversationWhen(ada.api, script.sessionId, ({ messageCount }) => messageCount === 2);
      expect(left).toMatchObject({ id, entryCount: 2 });
      expect(left.projectId).not.toBe(projectId);
      expect((await entriesOf(ada.api, left)).map(({ blocks }) => blocks[0]?.text)).toEqual(['one', 'two']);
      expectStatus(await admin.api.delete(`/projects/${left.projectId}`), 204);
      expectProblem(await ada.api.get(`/conversations/${id}`), 'not_found');
    });

    it('forgets one with all that was read of it, though its files are there and grow, until it is made again', async () => {
      const path = `/srv/${randomUUID()}`;
      const script = new Script(randomUUID(), { cwd: path });
      const name = `${path.replaceAll(/[^A-Za-z0-9]/g, '-')}/${script.sessionId}.jsonl`;
      await folder.write(name, [script.asks('one'), 'broken']);
      const { id, projectId } = await conversationWhen(ada.api, script.sessionId);
      const file = await app.connection.collection('observatory_files').findOne({ path: name });
      expect(await packsOf(file)).toBe(1);
      expectProblem(await ada.api.delete(`/projects/${projectId}`), 'forbidden');
      expectStatus(await admin.api.delete(`/projects/${projectId}`), 204);
      expectProblem(await ada.api.get(`/projects/${projectId}`), 'not_found');
      expectProblem(await ada.api.get(`/conversations/${id}`), 'not_found');
      expectProblem(await admin.api.delete(`/projects/${projectId}`), 'not_found');
      for (const collection of ['segments', 'conversations']) {
        const found = await app.connection.collection(`observatory_${collection}`).findOne({ conversationId: id });
        expect(found).toBeNull();
      }
      expect(await packsOf(file)).toBe(0);
      await folder.append(name, [script.asks('two')]);
      // What comes behind it is read, so it has been passed over.
      const other = new Script();
      await folder.write(`-srv-engine/${other.sessionId}.jsonl`, [other.asks('x')]);
      await conversationWhen(ada.api, other.sessionId);
      expectProblem(await ada.api.get(`/projects/${projectId}`), 'not_found');
      expectStatus(await admin.api.post('/projects', { path }), 201);
      await conversationWhen(ada.api, script.sessionId, ({ messageCount }) => messageCount === 2);
    });
  });

  describe('of conversations', () => {
    it('shows the latest active first, page by page, and finds them by project, time, status and title', async () => {
      const { id } = (await projects('sort=name&order=asc')).find(({ folder: name }) => name === '-srv-p3')!;
      expect(await titles(`projectId=${id}`)).toEqual(questions(21, 15, 9, 3));
      const from = new Date(start + 4 * hour).toISOString();
      const to = new Date(start + 6 * hour).toISOString();
      expect(await titles(`startDate=${from}&endDate=${to}`)).toEqual(questions(6, 5, 4));
      expect(await titles('q=qUESTION 2')).toEqual(questions(23, 22, 21, 20, 2));
      expect(await titles(`q=question&projectId=${id.toUpperCase()}&status=completed`)).toHaveLength(4);
      expect(await titles('status=error')).toEqual([]);
      expect(await titles('q=.*')).toEqual([]);
      expect(await titles(`projectId=${randomUUID()}`)).toEqual([]);
    });

    it.each([
      'projectId=x',
      'status=done',
      'startDate=yesterday',
      'startDate=2026-01-02T00:00:00Z&endDate=2026-01-01T00:00:00Z',
      'q=%00',
      `q=${'x'.repeat(101)}`,
      'cursor=x',
      'sort=title',
    ])('refuses %s', async (query) => {
      expectProblem(await ada.api.get(`/conversations?${query}`), 'validation_failed');
    });

    it('reads each list from an index', async () => {
      const [{ id } = { id: '' }] = await projects();
      const filters = [
        '',
        `projectId=${id}`,
        'status=completed',
        'status=error',
        'q=question',
        'endDate=2026-01-06T00:00:00Z',
      ];
      for (const filter of filters) {
        const [found] = await explained(app, 'observatory_conversations', () =>
          ada.api.get(`/conversations?limit=2&${filter}`),
        );
        expect({ filter, ...found }).toMatchObject({ filter, isCollectionScan: false, sorts: false });
      }
      const conversation = await conversationWhen(ada.api, scripts[0]!.sessionId);
      for (const order of ['line', 'tree']) {
        for (const collection of ['segments', 'packs']) {
          const [read] = await explained(app, `observatory_${collection}`, () =>
            entriesOf(ada.api, conversation, order),
          );
          expect(read).toMatchObject({ isCollectionScan: false, documentsExamined: 1 });
        }
      }
      const [problems] = await explained(app, 'observatory_problem_lines', () =>
        ada.api.get(`/observatory/problems?projectId=${id}`),
      );
      expect(problems).toMatchObject({ isCollectionScan: false, sorts: false });
    });

    it('shows a rewound conversation as lines and as a tree, page by page', async () => {
      const script = new Script();
      const [one, two] = [script.asks('one'), script.answers('two')];
      const three = script.asks('three');
      const rewound = script.asks('instead of three', { parentUuid: two['uuid'] });
      const last = script.answers('after three', {}, { parentUuid: three['uuid'] });
      await folder.write(`-srv-engine/${script.sessionId}.jsonl`, [one, two, three, rewound, last]);
      const conversation = await conversationWhen(ada.api, script.sessionId);
      const ids = async (order: string) => {
        const path = `/conversations/${conversation.id}/messages?limit=2&order=${order}`;
        return (await walkPages<{ uuid: string; depth: number | null }>(ada.api, path)).map(
          ({ uuid, depth }) => [uuid, depth] as const,
        );
      };
      expect(await ids('line')).toEqual([one, two, three, rewound, last].map(({ uuid }) => [uuid, null]));
      expect(await ids('tree')).toEqual([
        [one['uuid'], 0],
        [two['uuid'], 1],
        [three['uuid'], 2],
        [last['uuid'], 3],
        [rewound['uuid'], 2],
      ]);
      for (const query of ['order=up', 'cursor=x', 'order=tree&cursor=x', 'limit=101']) {
        expectProblem(await ada.api.get(`/conversations/${conversation.id}/messages?${query}`), 'validation_failed');
      }
    });

    it('counts times, turns, tools and tokens', async () => {
      const script = new Script();
      const use = (id: string, name: string) => [{ type: 'tool_use', id, name, input: {} }];
      const result = (id: string, more = {}) => [{ type: 'tool_result', tool_use_id: id, content: 'x', ...more }];
      await folder.write(`-srv-engine/${script.sessionId}.jsonl`, [
        script.asks('one'),
        script.answers(use('t1', 'Bash'), { id: 'm1' }),
        script.asks(result('t1')),
        script.answers(use('t2', 'Bash'), { id: 'm2' }),
        script.answers(use('t3', 'Read'), { id: 'm2' }),
        script.asks(result('t2', { is_error: true })),
        script.asks('two'),
        script.answers('done', { id: 'm3', model: 'claude-y' }),
      ]);
      const { id } = await conversationWhen(ada.api, script.sessionId);
      const answer = await ada.api.get<ConversationAnalyticsView>(`/conversations/${id}/analytics`);
      const usage = { inputTokens: 10, outputTokens: 20, cacheCreationInputTokens: 30, cacheReadInputTokens: 40 };
      expect(expectStatus(answer, 200)).toEqual({
        conversationId: id,
        durationMs: 7000,
        activeMs: 7000,
        turns: { count: 2, averageMs: 3000, longestMs: 5000 },
        messages: { user: 4, assistant: 4, system: 0, other: 0, sidechain: 0 },
        tools: [
          { name: 'Bash', calls: 2, failures: 1, unanswered: 0, totalMs: 3000, averageMs: 1500, longestMs: 2000 },
          { name: 'Read', calls: 1, failures: 0, unanswered: 1, totalMs: 0, averageMs: null, longestMs: null },
        ],
        tokens: {
          inputTokens: 30,
          outputTokens: 60,
          cacheCreationInputTokens: 90,
          cacheReadInputTokens: 120,
          byModel: [
            {
              model: 'claude-x',
              messages: 2,
              inputTokens: 20,
              outputTokens: 40,
              cacheCreationInputTokens: 60,
              cacheReadInputTokens: 80,
            },
            { model: 'claude-y', messages: 1, ...usage },
          ],
          cacheShare: 0.5,
        },
        errors: 0,
        activity: [{ at: '2026-01-02T10:00:00.000Z', messages: 8, toolCalls: 3, outputTokens: 60 }],
      });
    });
  });
});

describe('an observatory with nothing to read', () => {
  it('is off, and says so', async () => {
    const app = await startTestApp();
    const { api } = await aPerson(app);
    expect(await statusWhen(api, ({ state }) => state === 'off')).toMatchObject({ files: { total: 0 } });
    const health = (await (await fetch(`${app.url}/health`)).json()) as { services: unknown };
    expect(health.services).toMatchObject({ observatory: 'off' });
    await app.stop();
  });

  it('waits for a folder that is not there, and reads it when it comes', async () => {
    const folder = await TranscriptFolder.make();
    const app = await startTestApp({ TRANSCRIPTS_PATH: folder.pathOf('later') });
    const { api } = await aPerson(app);
    await statusWhen(api, ({ state }) => state === 'waiting');
    const script = new Script();
    await folder.write(`later/-srv-engine/${script.sessionId}.jsonl`, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    await rm(folder.pathOf('later'), { recursive: true });
    await statusWhen(api, ({ state, files }) => state === 'waiting' && files.gone === 1);
    await folder.write(`later/-srv-engine/${script.sessionId}.jsonl`, [script.asks('two')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    await statusWhen(api, ({ state, files }) => state === 'watching' && files.gone === 0);
    await app.stop();
    await folder.remove();
  });
});
