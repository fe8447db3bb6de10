import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { SyncAnswer } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { LogPosition } from '../../contract/requests.js';
import type { ChangesView, GroupDetailView, MessagePage, MessageView } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import type { ChatClient } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';
import { walkPages } from '../support/walk-pages.js';

/** What a client knows of a group: its messages by id, and where it stands. */
interface Known extends LogPosition {
  messages: Map<string, MessageView>;
}

/** What every client does with changes: the later state of a message takes the place of the earlier. */
function fold({ messages }: Known, changes: readonly MessageView[]): void {
  let last = 0;
  for (const change of changes) {
    if (change.rev <= last) throw new Error('changes come in the order of rev');
    last = change.rev;
    messages.set(change.id, change);
  }
}

/** The whole log as a fresh read shows it. */
const freshRead = (person: Person, groupId: string) =>
  walkPages<MessageView>(person.api, `/groups/${groupId}/messages?includeDeleted=true&limit=100`);

const inOrder = ({ messages }: Known) => [...messages.values()].sort((a, b) => b.seq - a.seq);

describe('a client that was away', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const twoPeople = () => Promise.all([aPerson(app), aPerson(app)]);
  const known = async (person: Person, { id, epoch }: GroupDetailView): Promise<Known> => {
    const messages = await freshRead(person, id);
    const { rev } = expectStatus(await person.api.get<MessagePage>(`/groups/${id}/messages`), 200);
    return { rev, epoch, messages: new Map(messages.map((message) => [message.id, message])) };
  };
  const sync = async (client: ChatClient, groups: Record<string, LogPosition>, limit?: number): Promise<SyncAnswer> =>
    accepted(await client.send('sync', { groups, ...(limit !== undefined && { limit }) }));

  /** 300 creates, 50 edits, 40 deletes and 20 reactions, by two people over sockets. */
  async function muchHappens(ada: Person, bob: Person, groupId: string, old: readonly MessageView[]): Promise<void> {
    const [adas, bobs] = [await ada.connect(), await bob.connect()];
    const sent = await Promise.all(
      Array.from({ length: 300 }, async (_, index) =>
        accepted(await (index % 3 === 0 ? bobs : adas).send('message', { groupId, content: `message ${index}` })),
      ),
    );
    const by = ({ senderId }: MessageView) => (senderId === ada.id ? ada : bob).api;
    // Half of each concerns what the client knew before.
    const edited = [...old.slice(0, 25), ...sent.slice(0, 25)];
    const deleted = [...old.slice(20, 40), ...sent.slice(10, 30)];
    const reacted = [...old.slice(0, 10), ...sent.slice(0, 10)];
    await Promise.all(edited.map((one) => by(one).put(`/messages/${one.id}`, { content: `edited ${one.seq}` })));
    await Promise.all(
      reacted.map((one, index) =>
        (index % 2 === 0 ? ada : bob).api.put(`/messages/${one.id}/reactions/%E2%9D%A4%EF%B8%8F`),
      ),
    );
    await Promise.all(deleted.map((one) => by(one).delete(`/messages/${one.id}`)));
    for (const person of [ada, bob]) person.disconnect();
  }

  describe.each(transports)('over %s', (_name, connect) => {
    it('folds what sync tells into exactly what a fresh read shows', async () => {
      const [ada, bob] = await twoPeople();
      const group = await ada.createGroup({ memberIds: [bob.id] });
      for (let count = 0; count < 40; count += 1) await ada.sendMessage(group.id);
      const state = await known(bob, group);
      expect(state.rev).toBe(40);
      await muchHappens(ada, bob, group.id, inOrder(state).toReversed());

      const client = await connect(bob);
      const pages: number[] = [];
      for (let hasMore = true; hasMore;) {
        const { groups, joined, left } = await sync(client, { [group.id]: { rev: state.rev, epoch: state.epoch } });
        const [answer, ...others] = groups;
        expect({ others, joined, left }).toEqual({ others: [], joined: [], left: [] });
        const { changes, rev, epoch, reset } = answer!;
        expect({ groupId: answer!.groupId, epoch, reset }).toEqual({
          groupId: group.id,
          epoch: group.epoch,
          reset: false,
        });
        expect(rev).toBe(changes.at(-1)!.rev);
        fold(state, changes);
        pages.push(changes.length);
        state.rev = rev;
        ({ hasMore } = answer!);
      }
      expect(Math.max(...pages)).toBe(limits.sync.defaultLimit);
      expect(state.rev).toBe(40 + 300 + 50 + 40 + 20);
      expect(inOrder(state)).toEqual(await freshRead(bob, group.id));
      // And then it knows everything.
      const { groups } = await sync(client, { [group.id]: { rev: state.rev, epoch: state.epoch } });
      expect(groups).toMatchObject([{ rev: state.rev, changes: [], hasMore: false, reset: false }]);
      for (const person of [ada, bob]) person.disconnect();
    });

    it('is told to begin afresh, and nothing else, when its log is not this one', async () => {
      const [ada, bob] = await twoPeople();
      const group = await ada.createGroup({ memberIds: [bob.id] });
      const other = await ada.createGroup({ memberIds: [bob.id] });
      for (let count = 0; count < 3; count += 1) await ada.sendMessage(group.id);
      const client = await connect(bob);
      const reset = [{ groupId: group.id, epoch: group.epoch, rev: 3, changes: [], hasMore: false, reset: true }];
      for (const position of [
        { rev: 1, epoch: randomUUID() },
        { rev: 1, epoch: other.epoch },
        { rev: 0, epoch: other.epoch },
        { rev: 3, epoch: other.epoch },
        { rev: 4, epoch: group.epoch },
        { rev: Number.MAX_SAFE_INTEGER, epoch: group.epoch },
      ]) {
        expect((await sync(client, { [group.id]: position })).groups).toEqual(reset);
      }
      const good = (await sync(client, { [group.id.toUpperCase()]: { rev: 1, epoch: group.epoch.toUpperCase() } }))
        .groups;
      expect(good).toMatchObject([{ groupId: group.id, reset: false, changes: [{ seq: 2 }, { seq: 3 }] }]);
      for (const person of [ada, bob]) person.disconnect();
    });

    it('learns which groups are new to it and which it has left, and nothing of others', async () => {
      const [ada, bob] = await twoPeople();
      const [kept, left, joined, foreign, closed] = await Promise.all([
        ada.createGroup({ memberIds: [bob.id] }),
        ada.createGroup({ memberIds: [bob.id] }),
        ada.createGroup(),
        ada.createGroup(),
        ada.createGroup({ memberIds: [bob.id] }),
      ]);
      for (const { id } of [kept, left, joined, foreign, closed]) await ada.sendMessage(id);
      await bob.api.post(`/groups/${left.id}/leave`);
      await ada.api.put(`/groups/${joined.id}/members/${bob.id}`, {});
      await ada.api.delete(`/groups/${closed.id}`);
      const nothing = randomUUID();
      const client = await connect(bob);
      const positions = [kept, left, foreign, closed].map(({ id, epoch }) => [id, { rev: 0, epoch }] as const);
      const answer = await sync(client, {
        ...Object.fromEntries(positions),
        [nothing]: { rev: 0, epoch: randomUUID() },
      });
      expect(answer.groups.map(({ groupId, changes }) => [groupId, changes.length])).toEqual([[kept.id, 1]]);
      expect(answer.joined).toEqual([joined.id]);
      expect(answer.left.toSorted()).toEqual([left.id, foreign.id, closed.id, nothing].toSorted());
      for (const person of [ada, bob]) person.disconnect();
    });

    it('gets so many changes of each group as it asks for', async () => {
      const [ada, bob] = await twoPeople();
      const groups = await Promise.all([1, 2].map(() => ada.createGroup({ memberIds: [bob.id] })));
      for (const { id } of groups) for (let count = 0; count < 3; count += 1) await ada.sendMessage(id);
      const client = await connect(bob);
      const positions = Object.fromEntries(groups.map(({ id, epoch }) => [id, { rev: 0, epoch }]));
      const two = await sync(client, positions, 2);
      expect(two.groups).toMatchObject(
        groups.map(() => ({ rev: 2, hasMore: true, changes: [{ seq: 1 }, { seq: 2 }] })),
      );
      const three = await sync(client, positions, 3);
      expect(three.groups).toMatchObject(groups.map(() => ({ rev: 3, hasMore: false })));
      for (const person of [ada, bob]) person.disconnect();
    });
  });

  it('gets no more bytes in one answer than there is room for, over all groups, and the rest in the next', async () => {
    const [ada, bob] = await twoPeople();
    const groups = await Promise.all([1, 2, 3].map(() => ada.createGroup({ memberIds: [bob.id] })));
    const writer = await ada.connect();
    const content = 'ü'.repeat(10_000);
    await Promise.all(
      groups.flatMap(({ id }) =>
        Array.from({ length: 10 }, () => writer.send('message', { groupId: id, content }).then(accepted)),
      ),
    );
    const client = await bob.connectPlain();
    const states = new Map(
      groups.map(({ id, epoch }): [string, Known] => [id, { rev: 0, epoch, messages: new Map() }]),
    );
    let rounds = 0;
    for (let hasMore = true; hasMore; rounds += 1) {
      const positions = [...states].map(([id, { rev, epoch }]) => [id, { rev, epoch }] as const);
      const answer = await sync(client, Object.fromEntries(positions), 100);
      const size = answer.groups
        .flatMap(({ changes }) => changes)
        .reduce((sum, { content: text }) => sum + Buffer.byteLength(text ?? ''), 0);
      // One message may stand over the edge.
      expect(size).toBeLessThan(limits.sync.maxBytes + Buffer.byteLength(content));
      for (const { groupId, changes, rev } of answer.groups) {
        const state = states.get(groupId)!;
        fold(state, changes);
        state.rev = rev;
      }
      hasMore = answer.groups.some((group) => group.hasMore);
      expect(rounds).toBeLessThan(10);
    }
    expect(rounds).toBeGreaterThanOrEqual(3);
    for (const [id, state] of states) expect(inOrder(state)).toEqual(await freshRead(bob, id));
    for (const person of [ada, bob]) person.disconnect();
  });

  it('misses nothing that is written while it catches up', async () => {
    const [ada, bob] = await twoPeople();
    const group = await ada.createGroup({ memberIds: [bob.id] });
    const writer = await ada.connect();
    let isWriting = true;
    const write = async () => {
      while (isWriting) {
        const { id } = accepted(await writer.send('message', { groupId: group.id, content: 'one more' }));
        await ada.api.put(`/messages/${id}`, { content: 'changed' });
      }
    };
    const writing = Promise.all([write(), write(), write()]);
    const state: Known = { rev: 0, epoch: group.epoch, messages: new Map() };
    const catchUp = async (limit: number) => {
      const path = `/groups/${group.id}/changes?since=${state.rev}&epoch=${state.epoch}&limit=${limit}`;
      const { items, rev, hasMore } = expectStatus(await bob.api.get<ChangesView>(path), 200);
      fold(state, items);
      state.rev = rev;
      return hasMore;
    };
    for (let round = 1; round <= 30; round += 1) await catchUp(7);
    isWriting = false;
    await writing;
    while (await catchUp(100));
    expect(inOrder(state)).toEqual(await freshRead(bob, group.id));
    ada.disconnect();
  });

  describe('and asks GET changes', () => {
    it('gets what sync tells', async () => {
      const [ada, bob] = await twoPeople();
      const group = await ada.createGroup({ memberIds: [bob.id] });
      const sent = [await ada.sendMessage(group.id), await ada.sendMessage(group.id), await bob.sendMessage(group.id)];
      await ada.api.delete(`/messages/${sent[0]!.id}`);
      const client = await bob.connect();
      const [told] = (await sync(client, { [group.id]: { rev: 1, epoch: group.epoch } })).groups;
      const answer = expectStatus(await bob.api.get<ChangesView>(`/groups/${group.id}/changes?since=1`), 200);
      const { groupId: _, changes, ...rest } = told!;
      expect(answer).toEqual({ ...rest, items: changes });
      expect(answer.items.map(({ id, rev }) => [id, rev])).toEqual([
        [sent[1]!.id, 2],
        [sent[2]!.id, 3],
        [sent[0]!.id, 4],
      ]);
      bob.disconnect();
    });

    it('is told to begin afresh as there', async () => {
      const [ada, bob] = await twoPeople();
      const group = await ada.createGroup({ memberIds: [bob.id] });
      await ada.sendMessage(group.id);
      const reset = { items: [], rev: 1, epoch: group.epoch, hasMore: false, reset: true };
      for (const query of [`since=0&epoch=${randomUUID()}`, 'since=2', `since=${Number.MAX_SAFE_INTEGER}`]) {
        expect(expectStatus(await bob.api.get(`/groups/${group.id}/changes?${query}`), 200)).toEqual(reset);
      }
    });

    it.each([
      '',
      'since=',
      'since=-1',
      'since=x',
      'since=1.5',
      'since=1e99',
      'since=0&epoch=1',
      'since[$gt]=0',
      'since=0&limit=0',
      'since=0&limit=501',
      'since=0&since=1',
      'since=0&epoch[$ne]=',
    ])('is refused with ?%s', async (query) => {
      const ada = await aPerson(app);
      const { id } = await ada.createGroup();
      expectProblem(await ada.api.get(`/groups/${id}/changes?${query}`), 'validation_failed');
    });
  });
});
