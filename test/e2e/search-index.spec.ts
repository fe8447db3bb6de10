import { afterEach, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { FoundMessageView, MessageView, Page } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { explained } from '../support/explained.js';
import { aPerson, expectStatus, Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

type Document = Record<string, unknown>;

describe('the index that messages are found by', () => {
  const apps: TestApp[] = [];
  afterEach(async () => {
    const [last, ...others] = apps.splice(0).reverse();
    for (const app of others) await app.stopKeepingData();
    await last?.stop();
  });

  /** @param of serves the same database */
  const start = async (of?: TestApp, environment: Record<string, string> = {}) => {
    const shared = of === undefined ? {} : { DATABASE_NAME: of.connection.name };
    const app = await startTestApp({
      JWT_SECRET: 'the same secret of all nodes of this test',
      ...shared,
      ...environment,
    });
    apps.push(app);
    return app;
  };
  const stopKeepingData = async (app: TestApp) => {
    apps.splice(apps.indexOf(app), 1);
    await app.stopKeepingData();
  };
  const progressOf = (app: TestApp, groupId: string) =>
    app.connection.collection<{ _id: string; rev: number }>('search_progress').findOne({ _id: groupId });
  const indexed = (app: TestApp, groupId: string, rev: number) =>
    eventually(async () => (await progressOf(app, groupId))?.rev === rev);
  const entriesOf = (app: TestApp, groupId: string) =>
    app.connection.collection<Document>('search_entries').find({ groupId }).sort({ seq: 1 }).toArray();
  const contents = async (by: Person, q: string) =>
    expectStatus(await by.api.get<Page<FoundMessageView>>(`/search/messages?q=${q}`), 200).items.map(
      ({ message }) => message.content,
    );

  it('is completed at a start with what was never indexed', async () => {
    const app = await start();
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    for (let count = 0; count < 5; count += 1) await ada.sendMessage(id, `walrus ${count}`);
    await indexed(app, id, 5);
    // As a server that was killed leaves it, and one that knew nothing of searching.
    await app.connection.collection('search_entries').deleteMany({});
    await app.connection.collection('search_progress').deleteMany({});
    const again = await start(app);
    await indexed(again, id, 5);
    expect((await entriesOf(again, id)).map(({ terms }) => terms)).toEqual(
      Array.from({ length: 5 }, (_, index) => ['walrus', `${index}`]),
    );
  });

  it('follows another log from its beginning, and one that was put back', async () => {
    const app = await start();
    const ada = await aPerson(app);
    const [one, two] = [await ada.createGroup(), await ada.createGroup()];
    for (const { id } of [one, two]) {
      await ada.sendMessage(id, 'narwhal');
      await ada.sendMessage(id, 'narwhal, later');
      await indexed(app, id, 2);
    }
    // The one is another log with the same places, the other was put back by one message.
    const groups = app.connection.collection<{ _id: string }>('groups');
    const messages = app.connection.collection<Document>('messages');
    await groups.updateOne({ _id: one.id }, { $set: { epoch: crypto.randomUUID() } });
    await messages.updateOne({ groupId: one.id, seq: 1 }, { $set: { content: 'beluga' } });
    await messages.deleteOne({ groupId: two.id, seq: 2 });
    await stopKeepingData(app);
    const again = await start(app);
    await eventually(async () => {
      expect((await entriesOf(again, one.id)).map(({ terms }) => terms)).toEqual([['beluga'], ['narwhal', 'later']]);
      expect((await entriesOf(again, two.id)).map(({ terms }) => terms)).toEqual([['narwhal']]);
      return true;
    });
    await indexed(again, two.id, 1);
    const reader = new Person(again, ada.user, ada.password, ada.tokens);
    expect(await contents(reader, 'beluga')).toEqual(['beluga']);
  });

  it('is complete when two nodes write the same log in turns', async () => {
    const app = await start();
    const other = await start(app);
    const ada = await aPerson(app);
    const there = new Person(other, ada.user, ada.password, ada.tokens);
    const { id } = await ada.createGroup();
    for (let count = 0; count < 10; count += 1) {
      await ada.sendMessage(id, `here ${count}`);
      await there.sendMessage(id, `there ${count}`);
    }
    await indexed(app, id, 20);
    expect(await entriesOf(app, id)).toHaveLength(20);
  });

  it('goes on after the database was away', async () => {
    const app = await start();
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const { collection } = app.connection.models['SearchEntry']!;
    const bulkWrite = collection.bulkWrite.bind(collection);
    let failures = 2;
    collection.bulkWrite = async (...args: Parameters<typeof bulkWrite>) => {
      failures -= 1;
      if (failures >= 0) throw new Error('not now');
      return bulkWrite(...args);
    };
    await ada.sendMessage(id, 'manatee');
    await indexed(app, id, 1);
    expect(await contents(ada, 'manatee')).toEqual(['manatee']);
  });

  it('does not go back to an earlier text when somebody is late', async () => {
    const app = await start();
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const { id: messageId } = await ada.sendMessage(id, 'dugong');
    await indexed(app, id, 1);
    const before = await app.connection.collection<{ _id: string }>('messages').findOne({ _id: messageId });
    await ada.api.delete(`/messages/${messageId}`);
    await indexed(app, id, 2);
    // Another node finds the message as it was, and nothing noted.
    await app.connection.collection<{ _id: string }>('messages').replaceOne({ _id: messageId }, before!);
    await app.connection.collection<{ _id: string }>('search_progress').deleteOne({ _id: id });
    const other = await start(app);
    await indexed(other, id, 1);
    expect((await entriesOf(app, id)).map(({ rev, terms }) => ({ rev, terms }))).toEqual([{ rev: 2, terms: [] }]);
  });

  describe('of some thousand messages', () => {
    /** Groups of Ada's, and as many of others, with three thousand messages in all. */
    const aFullDatabase = async () => {
      const app = await start(undefined, { LOG_DB_QUERIES: 'true' });
      const [ada, bob] = [await aPerson(app), await aPerson(app)];
      const groupIds: string[] = [];
      for (let count = 0; count < 6; count += 1) groupIds.push((await (count < 3 ? ada : bob).createGroup()).id);
      const { id } = await ada.sendMessage(groupIds[0]!, 'the first');
      const messages = app.connection.collection<Document & { _id: string }>('messages');
      const stored = await messages.findOne({ _id: id });
      const rows = groupIds.flatMap((groupId, group) =>
        Array.from({ length: 1000 }, (_, index) => {
          const seq = index + 2;
          const content = `common ${index % 50 === 0 ? 'seldom' : 'word'} ${index % 7 === 0 ? 'commonly' : ''} ${index}`;
          const createdAt = new Date(Date.UTC(2026, 0, 1) + index * 60_000 + group);
          return { ...stored, _id: crypto.randomUUID(), groupId, seq, rev: seq, revs: [seq], content, createdAt };
        }),
      );
      await messages.insertMany(rows);
      const other = await start(app);
      for (const groupId of groupIds) await indexed(other, groupId, 1001);
      return { app, ada, groupIds };
    };

    it('answers from its index, with no more than three documents a match', async () => {
      const { app, ada } = await aFullDatabase();
      for (const [q, expected] of [
        ['seldom', 50],
        ['seld', 50],
        ['common', 50],
        ['common+seldom', 50],
        ['seldom+999', 0],
        ['nothing', 0],
      ] as const) {
        const work = async () => {
          expect(await contents(ada, q)).toHaveLength(expected);
        };
        const queries = [
          ...(await explained(app, 'search_entries', work)),
          ...(await explained(app, 'messages', work)).filter(({ returned }) => returned > 0),
        ];
        expect(queries.filter(({ isCollectionScan }) => isCollectionScan)).toEqual([]);
        const sum = (key: 'documentsExamined' | 'returned') => queries.reduce((all, query) => all + query[key], 0);
        expect(sum('documentsExamined')).toBeLessThanOrEqual(3 * sum('returned'));
      }

      // All that fits is found, each once, also where it is more than is ranked together.
      expect(3 * 1000).toBeGreaterThan(limits.search.maxRanked * 4);
      const found = await walkPages<FoundMessageView>(ada.api, '/search/messages?q=common&limit=100');
      const ids = found.map(({ message }) => message.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(3000);
      const rare = await walkPages<FoundMessageView>(ada.api, '/search/messages?q=common+commonly&limit=100');
      expect(rare).toHaveLength(3 * 143);
      const newest = found.slice(0, 10).map(({ message }) => message);
      const byTime = (one: MessageView, two: MessageView) => (one.createdAt < two.createdAt ? 1 : -1);
      expect(newest).toEqual(newest.toSorted(byTime));
    });
  });
});
