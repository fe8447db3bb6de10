import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView, Page } from '../../contract/views.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

type Document = Record<string, unknown>;

/** A command to the database that reads messages, as it went over the wire. */
interface ReadCommand extends Document {
  find?: string;
  aggregate?: string;
}

/** What the database says of how it answers a command. */
interface Plan {
  stages: Set<string>;
  nReturned: number;
  totalDocsExamined: number;
}

describe('each list of messages', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  const commands: ReadCommand[] = [];
  const groupIds: string[] = [];
  let root: MessageView;

  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    await fill();
    app.connection.getClient().on('commandStarted', ({ command }: { command: Document }) => {
      if (command['find'] === 'messages' || command['aggregate'] === 'messages') commands.push(command);
    });
  });
  afterAll(() => app.stop());

  /** Forty groups, in half of which Bob is a member, a hundred messages in each, a thread and pins in the first. */
  async function fill(): Promise<void> {
    for (let count = 0; count < 40; count += 1) {
      const { id } = await ada.createGroup({ memberIds: count % 2 === 0 ? [bob.id] : [] });
      groupIds.push(id);
    }
    const [groupId] = groupIds;
    root = await ada.sendMessage(groupId!, 'the root');
    const messages = app.connection.collection<Document & { _id: string }>('messages');
    const stored = await messages.findOne({ _id: root.id });
    const rows = groupIds.flatMap((id, group) =>
      Array.from({ length: 100 }, (_, index) => {
        const seq = index + 2;
        const isFirst = group === 0;
        const at = new Date(Date.UTC(2026, 0, 1) + index * 40_000 + group * 1000);
        return {
          ...stored,
          _id: crypto.randomUUID(),
          groupId: id,
          seq,
          rev: seq,
          revs: [seq],
          senderId: index % 2 === 0 ? ada.id : bob.id,
          clientMessageId: null,
          sendKey: `key-${id}-${seq}`,
          replyToId: isFirst && index % 3 === 0 ? root.id : null,
          pinnedAt: isFirst && index % 5 === 0 ? at : null,
          deletedAt: index % 25 === 7 ? at : null,
          createdAt: at,
        };
      }),
    );
    await messages.insertMany(rows);
  }

  /** The commands of a request, each with its plan. */
  async function plansOf(work: () => Promise<unknown>): Promise<Plan[]> {
    commands.length = 0;
    await work();
    const plans: Plan[] = [];
    for (const { lsid: _lsid, $db: _db, ...command } of [...commands]) plans.push(await planOf(command));
    return plans;
  }

  async function planOf(command: Document): Promise<Plan> {
    const answer = await app.connection.db!.command({ explain: command, verbosity: 'executionStats' });
    const [first] = (answer['stages'] ?? []) as { $cursor?: Document }[];
    const explained = (first?.$cursor ?? answer) as { queryPlanner: { winningPlan: object }; executionStats: Plan };
    const { nReturned, totalDocsExamined } = explained.executionStats;
    const stages = new Set(
      Array.from(
        JSON.stringify(explained.queryPlanner.winningPlan).matchAll(/"stage":"([A-Z_]+)"/g),
        ([, stage]) => stage!,
      ),
    );
    return { stages, nReturned, totalDocsExamined };
  }

  const lists: [what: string, path: (next: string) => string, by: () => Person][] = [
    ['the newest of a group', (next) => `/groups/${groupIds[0]!}/messages?limit=20${next}`, () => ada],
    ['the oldest of a group', (next) => `/groups/${groupIds[0]!}/messages?limit=20${next || '&after=0'}`, () => ada],
    ['the pinned ones', (next) => `/groups/${groupIds[0]!}/pins?limit=6${next}`, () => ada],
    ['a thread', (next) => `/messages/${root.id}/thread?limit=10${next}`, () => ada],
    ['what changed', () => `/groups/${groupIds[0]!}/changes?since=20&limit=20`, () => ada],
  ];

  it.each(lists)('is read from an index, on the first page and behind it: %s', async (_what, path, by) => {
    let cursor = '';
    const plans = [
      ...(await plansOf(async () => {
        const page = expectStatus(await by().api.get<Page<MessageView>>(path('')), 200);
        cursor = page.nextCursor ?? '';
      })),
      ...(await plansOf(() => by().api.get(path(cursor === '' ? '' : `&cursor=${cursor}`)))),
    ];
    expect(plans.length).toBeGreaterThan(2);
    for (const { stages, nReturned, totalDocsExamined } of plans) {
      expect([...stages]).not.toContain('COLLSCAN');
      expect([...stages]).not.toContain('SORT');
      expect(totalDocsExamined).toBeLessThanOrEqual(3 * nReturned);
    }
  });

  it('counts replies without looking at any document', async () => {
    const plans = await plansOf(() => ada.api.get(`/messages/${root.id}`));
    const [counting] = plans.filter(({ stages }) => stages.has('PROJECTION_COVERED'));
    expect(counting).toMatchObject({ nReturned: 34, totalDocsExamined: 0 });
  });

  it('finds the first of a repeated send by its index', async () => {
    const clientMessageId = crypto.randomUUID();
    await ada.api.post(`/groups/${groupIds[3]!}/messages`, { content: 'once', clientMessageId });
    const plans = await plansOf(async () => {
      await ada.api.post(`/groups/${groupIds[3]!}/messages`, { content: 'again', clientMessageId });
    });
    for (const { nReturned, totalDocsExamined } of plans) {
      expect(totalDocsExamined).toBeLessThanOrEqual(Math.max(1, 3 * nReturned));
    }
  });

  it('finds that there is too much pinned by an index', async () => {
    const plans = await plansOf(() => ada.api.put(`/messages/${root.id}/pin`));
    for (const { stages, nReturned, totalDocsExamined } of plans) {
      expect([...stages]).not.toContain('COLLSCAN');
      expect(totalDocsExamined).toBeLessThanOrEqual(3 * Math.max(1, nReturned));
    }
  });
});
