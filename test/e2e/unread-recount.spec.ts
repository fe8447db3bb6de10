import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { MyGroupView, Page } from '../../contract/views.js';
import type { MembershipRecord } from '../../src/groups/membership.schema.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';
import { everyone } from '../../src/messages/mentions.js';
import { MessagesRepository } from '../../src/messages/messages.repository.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import type { PlainSocket } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What the server says of one group of a reader. */
type Standing = Pick<
  MyGroupView,
  'id' | 'rev' | 'lastSeq' | 'lastReadSeq' | 'unreadCount' | 'unreadCapped' | 'mentionCount'
>;

/** What makes a message count, as of one change of it. */
interface Weight {
  rev: number;
  seq: number;
  senderId: string;
  mentions: readonly string[];
  isDeleted: boolean;
}

const { maxCount } = limits.unread;

describe('the counts of the snapshot and of the list of groups', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('equal a recount of the whole log, while others send, delete, restore and read and when they have stopped', async () => {
    const [ada, bob, cid, eve] = await Promise.all([aPerson(app), aPerson(app), aPerson(app), aPerson(app)]);
    const members = [ada, bob, cid];
    const memberIds = [bob.id, cid.id];
    const groups = await Promise.all(Array.from({ length: 9 }, () => ada.createGroup({ memberIds })));
    const [busy, far, capped, own, ...small] = groups.map(({ id }) => id) as [string, string, string, string];
    await seed(app, far, 2_300, (seq) => ({
      senderId: seq % 7 === 0 ? bob.id : ada.id,
      deletedAt: seq > 2_280 ? new Date() : null,
      mentions: seq % 5 === 0 ? [seq % 3 === 0 ? everyone : cid.id] : [],
    }));
    await seed(app, capped, 1_100, (seq) => ({ senderId: ada.id, mentions: seq % 100 === 0 ? [bob.id] : [] }));
    await seed(app, own, 150, () => ({ senderId: bob.id }));
    const watcher = await ada.connectPlain();

    let isOver = false;
    const writing = Promise.all(members.map((person) => write(person, members, [busy, far, own, ...small]))).finally(
      () => {
        isOver = true;
      },
    );
    let checks = 0;
    const checking = [bob, cid, bob].map(async (reader, index) => {
      while (!isOver) {
        const standings = await (index === 0 ? snapshotOf(reader) : listOf(reader));
        await caughtUp(watcher, standings, await listOf(ada));
        for (const standing of standings) checks += expectPossible(standing, reader, watcher) ? 1 : 0;
      }
    });
    await Promise.all([writing, ...checking]);
    expect(checks).toBeGreaterThan(50);

    for (const reader of members) {
      const expected = await recount(app, reader);
      expect(expected).toHaveLength(groups.length);
      expect(await listOf(reader)).toEqual(expected);
      expect(await snapshotOf(reader)).toEqual(expected);
    }
    expect([await listOf(eve), await snapshotOf(eve)]).toEqual([[], []]);
    ada.disconnect();
  });

  it('are exact for who is further behind than is kept in memory, of which each place is read once for all', async () => {
    const [ada, bob, cid] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const memberIds = [bob.id, cid.id];
    const groups = await Promise.all(Array.from({ length: 3 }, () => ada.createGroup({ memberIds })));
    const [much, own, deleted] = groups.map(({ id }) => id) as [string, string, string];
    await seed(app, much, 3_000, (seq) => ({ senderId: ada.id, mentions: seq < 400 ? [bob.id] : [] }));
    // To Bob all that is new in these lies far behind the end.
    await seed(app, own, 3_000, (seq) => ({ senderId: seq < 100 ? ada.id : bob.id, mentions: [everyone] }));
    await seed(app, deleted, 3_000, (seq) => ({ senderId: ada.id, deletedAt: seq < 300 ? null : new Date() }));
    const read = jest.spyOn(MessagesRepository.prototype, 'listOutlined');
    const rowsRead = async () =>
      (await Promise.all(read.mock.results.map(({ value }) => value as Promise<unknown[]>))).flat().length;
    for (const reader of [bob, cid, ada]) {
      expect(await snapshotOf(reader)).toEqual(await recount(app, reader));
      expect(await rowsRead()).toBe(3 * 2048);
    }
    const [unread] = (await listOf(bob)).filter(({ id }) => id === own);
    expect(unread).toMatchObject({ unreadCount: 99, mentionCount: 99 });
  });

  it('are as of what another node has written, and of a log that was put back', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    await seed(app, id, 300, () => ({ senderId: ada.id, mentions: [bob.id] }));
    const check = async () => expect(await listOf(bob)).toEqual(await recount(app, bob));
    await check();
    const messages = app.connection.collection<{ _id: string; groupId: string; seq: number }>('messages');
    // Nothing tells this node of any of it.
    await messages.updateMany({ groupId: id, seq: { $in: [7, 250, 299] } }, [
      { $set: { rev: { $add: [300, { $indexOfArray: [[0, 7, 250, 299], '$seq'] }] }, deletedAt: new Date() } },
    ]);
    await check();
    const stored = await messages.findOne({ groupId: id, seq: 1 });
    const rows = Array.from({ length: 1_500 }, (_, index) => {
      const rev = 304 + index;
      return { ...stored, _id: randomUUID(), groupId: id, seq: 301 + index, rev, revs: [rev], mentions: [] };
    });
    await messages.insertMany(rows.slice(0, 3));
    await check();
    await messages.insertMany(rows.slice(3));
    await check();
    await messages.deleteMany({ groupId: id, seq: { $gt: 310 } });
    await check();
  });
});

/** Messages as they would lie in a log, put there faster than they can be sent. */
async function seed(app: TestApp, groupId: string, count: number, about: (seq: number) => object): Promise<void> {
  const at = new Date();
  const messages = Array.from({ length: count }, (_, index) => ({
    _id: randomUUID(),
    groupId,
    seq: index + 1,
    rev: index + 1,
    revs: [index + 1],
    changeIds: [],
    clientMessageId: null,
    sendKey: null,
    content: 'one of many',
    replyToId: null,
    mentions: [],
    reactions: [],
    versions: [],
    createdAt: at,
    updatedAt: at,
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
    ...about(index + 1),
  }));
  await app.connection.collection<{ _id: string }>('messages').insertMany(messages);
}

/** Does one thing after the other, each in some group: mostly sends, and takes back or moves on now and then. */
async function write(person: Person, others: readonly Person[], groupIds: readonly string[]): Promise<void> {
  const sent: string[] = [];
  const deleted: string[] = [];
  for (let turn = 0; turn < 60; turn += 1) {
    const groupId = pick(groupIds);
    const chance = Math.random();
    if (chance < 0.6 || sent.length === 0) {
      const content = Math.random() < 0.3 ? `@${pick(others).username} look` : 'hello';
      sent.push((await person.sendMessage(groupId, content)).id);
    } else if (chance < 0.75) {
      const id = take(sent);
      expectStatus(await person.api.delete(`/messages/${id}`), 204);
      deleted.push(id);
    } else if (chance < 0.85 && deleted.length > 0) {
      const id = take(deleted);
      expectStatus(await person.api.post(`/messages/${id}/restore`), 200);
      sent.push(id);
    } else {
      const { lastSeq, lastReadSeq } = (await listOf(person)).find(({ id }) => id === groupId)!;
      const seq = lastReadSeq + Math.floor(Math.random() * (lastSeq - lastReadSeq) * 0.5);
      expectStatus(await person.api.put(`/groups/${groupId}/read`, { seq }), 200);
    }
  }
}

/** Waits until a watcher was told of all that may have been counted: changes are in the database before they are told. */
async function caughtUp(watcher: PlainSocket, before: readonly Standing[], now: readonly Standing[]): Promise<void> {
  const isBehind = ({ id, rev }: Standing) => {
    const isStill = before.some((standing) => standing.id === id && standing.rev === rev);
    const told = weightsOf(watcher, id).at(-1)?.rev ?? 0;
    return told < rev && !(isStill && told === 0);
  };
  await eventually(() => !now.some(isBehind));
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)]!;
}

function take(items: string[]): string {
  return items.splice(Math.floor(Math.random() * items.length), 1)[0]!;
}

async function listOf(reader: Person): Promise<Standing[]> {
  const { items } = expectStatus(await reader.api.get<Page<MyGroupView>>('/groups?limit=100'), 200);
  return inOrder(items);
}

async function snapshotOf(reader: Person): Promise<Standing[]> {
  const socket = await reader.connectPlain();
  socket.close();
  return inOrder(socket.all('connected')[0]!.groups);
}

function inOrder(groups: readonly Standing[]): Standing[] {
  return groups
    .map(({ id, rev, lastSeq, lastReadSeq, unreadCount, unreadCapped, mentionCount }) => ({
      ...{ id, rev, lastSeq, lastReadSeq, unreadCount, unreadCapped, mentionCount },
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** By the words of the contract, in a plain scan of all that there is. */
async function recount(app: TestApp, reader: Person): Promise<Standing[]> {
  const memberships = await app.connection.collection<MembershipRecord>('memberships').find().toArray();
  const messages = await app.connection.collection<MessageRecord>('messages').find().toArray();
  const standings = memberships.flatMap(({ userId, groupId, lastReadSeq }) => {
    if (userId !== reader.id) return [];
    const log = messages.filter((message) => message.groupId === groupId);
    const unread = log.filter(
      ({ seq, senderId, deletedAt }) => seq > lastReadSeq && senderId !== reader.id && deletedAt === null,
    );
    const mentions = unread.filter((message) => message.mentions.some((id) => id === reader.id || id === everyone));
    const rev = Math.max(0, ...log.map((message) => message.rev));
    return [{ id: groupId, rev, lastSeq: log.length, lastReadSeq, ...countsOf(unread.length, mentions.length) }];
  });
  return inOrder(standings);
}

function countsOf(unread: number, mentions: number) {
  return {
    unreadCount: Math.min(unread, maxCount),
    unreadCapped: unread > maxCount,
    mentionCount: Math.min(mentions, maxCount),
  };
}

/**
 * Compares with what a watcher was told of the log up to its `rev`. A message that was deleted or restored after that,
 * while the question was being answered, may count or not.
 *
 * @returns whether the watcher knows enough of the log to tell
 */
function expectPossible(standing: Standing, reader: Person, watcher: PlainSocket): boolean {
  const { id, rev, lastSeq, lastReadSeq, unreadCount, mentionCount } = standing;
  const weights = weightsOf(watcher, id);
  const from = weights.reduce((least, { seq, rev: at }) => (seq === at ? Math.min(least, seq) : least), Infinity);
  if (lastReadSeq + 1 < from && lastSeq > 0) return false;
  const sums = { unread: [0, 0], mentions: [0, 0] } as Record<'unread' | 'mentions', [number, number]>;
  for (const [seq, changes] of Map.groupBy(weights, (weight) => weight.seq)) {
    if (seq <= lastReadSeq || seq > lastSeq) continue;
    const then = changes.filter((change) => change.rev <= rev).at(-1);
    const states = [...(then === undefined ? [] : [then]), ...changes.filter((change) => change.rev > rev)];
    const mine = states.filter(({ senderId, isDeleted }) => senderId !== reader.id && !isDeleted);
    const isMentioned = mine.some(({ mentions }) => mentions.includes(reader.id));
    if (mine.length > 0) {
      sums.unread[1] += 1;
      if (isMentioned) sums.mentions[1] += 1;
    }
    if (mine.length === states.length) {
      sums.unread[0] += 1;
      if (isMentioned) sums.mentions[0] += 1;
    }
  }
  const within = (count: number, [least, most]: [number, number]) => count >= least && count <= most;
  expect({ standing, sums, ok: within(unreadCount, sums.unread) && within(mentionCount, sums.mentions) }).toMatchObject(
    {
      ok: true,
    },
  );
  return true;
}

function weightsOf(watcher: PlainSocket, groupId: string): Weight[] {
  const known = new Map<number, Weight>();
  return watcher.received.flatMap(({ event, payload }): Weight[] => {
    if (event === 'new_message' || event === 'message_updated') {
      const { message } = payload;
      if (message.groupId !== groupId) return [];
      known.set(message.seq, message);
      return [message];
    }
    if (event !== 'message_deleted' || payload.groupId !== groupId) return [];
    const { seq, rev } = payload;
    const before = known.get(seq);
    return before === undefined ? [] : [{ ...before, rev, isDeleted: true }];
  });
}
