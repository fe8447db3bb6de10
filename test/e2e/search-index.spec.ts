import { afterEach, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { FoundMessageView, MessageView, Page } from '../../contract/views.js';
import { newMessageId } from '../../src/common/ids.js';
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
      Array.from({ length: 5 }, (_, index) => `walrus ${index}`),
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
      expect((await entriesOf(again, one.id)).map(({ terms }) => terms)).toEqual(['beluga', 'narwhal later']);
      expect((await entriesOf(again, two.id)).map(({ terms }) => terms)).toEqual(['narwhal']);
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
    expect((await entriesOf(app, id)).map(({ rev, terms }) => ({ rev, terms }))).toEqual([{ rev: 2, terms: '' }]);
  });

  it('is made up for by the logs where messages are listed by time', async () => {
    const app = await start();
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { collection } = app.connection.models['SearchEntry']!;
    const groups = [await ada.createGroup({ memberIds: [bob.id] }), await bob.createGroup({ memberIds: [ada.id] })];
    const said: MessageView[] = [];
    const say = async (by: Person, group: number) => said.unshift(await by.sendMessage(groups[group]!.id));
    for (let count = 0; count < 6; count += 1) await say(count % 2 === 0 ? ada : bob, count % 3 === 0 ? 0 : 1);
    for (const { id } of groups) await indexed(app, id, id === groups[0]!.id ? 2 : 4);

    // From here on nothing is indexed any more.
    collection.bulkWrite = () => Promise.reject(new Error('not today'));
    await say(bob, 0);
    await say(ada, 1);
    const [, , gone, kept] = said;
    await (gone!.senderId === ada.id ? ada : bob).api.delete(`/messages/${gone!.id}`);
    await ada.api.put(`/messages/${kept!.id}/reactions/${encodeURIComponent('👍')}`);
    const expected = said.filter(({ id }) => id !== gone!.id);
    for (const by of [ada, bob]) {
      for (const limit of [1, 3, 50]) {
        const ids = async (path: string) =>
          (await walkPages<MessageView>(by.api, `${path}?limit=${limit}`)).map(({ id }) => id);
        expect(await ids('/messages')).toEqual(expected.map(({ id }) => id));
        const mine = expected.filter(({ senderId }) => senderId === by.id);
        expect(await ids('/messages/mine')).toEqual(mine.map(({ id }) => id));
      }
    }
    // More than is worth reading of what is missing.
    const now = Date.now();
    const rows = Array.from({ length: 600 }, (_, index) => ({
      seq: index + 100,
      createdAt: new Date(now + (index >> 1)),
    }));
    const messages = app.connection.collection<Document & { _id: string }>('messages');
    const stored = await messages.findOne({ _id: kept!.id });
    await messages.insertMany(
      rows.map(({ seq, createdAt }) => {
        return { ...stored, _id: newMessageId(), seq, rev: seq, revs: [seq], createdAt };
      }),
    );
    const all = await walkPages<MessageView>(ada.api, '/messages?limit=100');
    expect(all).toHaveLength(expected.length + rows.length);
    expect(all.slice(rows.length).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
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
          const place = { groupId, seq, rev: seq, revs: [seq], createdAt };
          return {
            ...stored,
            ...place,
            _id: crypto.randomUUID(),
            content,
            deletedAt: index % 25 === 7 ? createdAt : null,
          };
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

      for (const path of ['/messages?limit=20', '/messages/mine?limit=20']) {
        const first = await ada.api.get<Page<MessageView>>(path);
        expect(first.body.items).toHaveLength(20);
        for (const page of [path, `${path}&cursor=${first.body.nextCursor!}`]) {
          for (const collection of ['search_entries', 'messages', 'search_progress']) {
            for (const query of await explained(app, collection, () => ada.api.get(page))) {
              expect(query).toMatchObject({ isCollectionScan: false, sorts: false });
              expect(query.documentsExamined).toBeLessThanOrEqual(3 * query.returned);
            }
          }
        }
      }

      // All that fits is found, each once, also where it is more than is ranked together.
      expect(3 * 1000).toBeGreaterThan(limits.search.maxRanked * 4);
      const found = await walkPages<FoundMessageView>(ada.api, '/search/messages?q=common&limit=100');
      const ids = found.map(({ message }) => message.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(3 * 960);
      const commonlyDeleted = Array.from({ length: 1000 }, (_, index) => index).filter(
        (index) => index % 7 === 0 && index % 25 === 7,
      ).length;
      const rare = await walkPages<FoundMessageView>(ada.api, '/search/messages?q=common+commonly&limit=100');
      expect(rare).toHaveLength(3 * (143 - commonlyDeleted));
      const newest = found.slice(0, 10).map(({ message }) => message);
      const byTime = (one: MessageView, two: MessageView) => (one.createdAt < two.createdAt ? 1 : -1);
      expect(newest).toEqual(newest.toSorted(byTime));
    });
  });
});
