import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { GroupId } from '../../src/common/ids.js';
import { keptMessages, RecentMessages } from '../../src/messages/recent-messages.js';
import type { MessagePage, MessageView } from '../../contract/views.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted } from '../support/transports.js';

describe('the newest messages, kept in memory', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const newest = async (groupId: string, limit = 50) =>
    expectStatus(await bob.api.get<MessagePage>(`/groups/${groupId}/messages?limit=${limit}`), 200);
  /** The same page past the memory: a place is given, so it is looked up. */
  const lookedUp = async (groupId: string, limit = 50) =>
    expectStatus(await bob.api.get<MessagePage>(`/groups/${groupId}/messages?limit=${limit}&before=1000000`), 200);
  const expectCurrent = async (groupId: string, limit?: number) => {
    const [fromMemory, fromDatabase] = [await newest(groupId, limit), await lookedUp(groupId, limit)];
    expect(fromMemory).toEqual(fromDatabase);
  };

  it('never show an old state, whatever was written between two reads', async () => {
    const recent = app.app.get(RecentMessages, { strict: false });
    const { hits, misses } = recent;
    const verb = fc.record({
      kind: fc.constantFrom('send', 'send', 'reply', 'reply', 'edit', 'delete', 'restore', 'react', 'unreact', 'read'),
      byAda: fc.boolean(),
      target: fc.nat(),
      limit: fc.constantFrom(1, 3, 50),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(verb, { minLength: 5, maxLength: 25 }), async (verbs) => {
        const { id } = await ada.createGroup({ memberIds: [bob.id] });
        const sent: MessageView[] = [];
        for (const { kind, byAda, target, limit } of verbs) {
          const by = byAda ? ada : bob;
          const message = sent[target % Math.max(sent.length, 1)];
          if (kind === 'send' || message === undefined) sent.push(await by.sendMessage(id));
          else if (kind === 'reply') sent.push(await by.sendMessage(id, 'reply', { replyToId: message.id }));
          else await act(kind, by, message);
          await expectCurrent(id, limit);
        }
      }),
      { numRuns: 12 },
    );
    // Else it was not the memory that was looked at.
    expect(recent.hits).toBeGreaterThan(hits + 20);
    expect(recent.misses).toBeGreaterThan(misses);
  });

  const act = async (kind: string, by: Person, { id, groupId, seq }: MessageView): Promise<void> => {
    // Some of it is refused, as others wrote it or it is deleted: that must change nothing either.
    const reaction = `/messages/${id}/reactions/${encodeURIComponent('👍')}`;
    if (kind === 'edit') await by.api.put(`/messages/${id}`, { content: `edited by ${by.id} ${Math.random()}` });
    else if (kind === 'delete') await by.api.delete(`/messages/${id}`);
    else if (kind === 'restore') await by.api.post(`/messages/${id}/restore`);
    else if (kind === 'react') await by.api.put(reaction);
    else if (kind === 'unreact') await by.api.delete(reaction);
    else await by.api.put(`/groups/${groupId}/read`, { seq });
  };

  it('are right when there are more than are kept, and when one of the kept is deleted', async () => {
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const socket = await ada.connect();
    const sent = await Promise.all(
      Array.from({ length: keptMessages + 5 }, () =>
        socket.send('message', { groupId: id, content: 'one of many' }).then(accepted),
      ),
    );
    await expectCurrent(id);
    await ada.sendMessage(id);
    await expectCurrent(id);
    for (const index of [keptMessages + 4, 20, 0]) {
      await ada.api.delete(`/messages/${sent[index]!.id}`);
      await expectCurrent(id);
      await ada.api.put(`/messages/${sent[30]!.id}`, { content: `edited ${index}` });
      await expectCurrent(id);
    }
    await ada.api.post(`/messages/${sent[20]!.id}/restore`);
    await expectCurrent(id);
    await ada.api.put(`/messages/${sent[1]!.id}`, { content: 'edited, and not among the kept' });
    await expectCurrent(id);
    ada.disconnect();
  });

  it('are as of one moment while many write and read at once', async () => {
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const socket = await ada.connect();
    let isWriting = true;
    const write = async () => {
      while (isWriting) {
        const { id: messageId } = accepted(await socket.send('message', { groupId: id, content: 'one more' }));
        await ada.api.put(`/messages/${messageId}`, { content: 'edited' });
      }
    };
    const writing = Promise.all([write(), write()]);
    const read = async () => {
      let lastRev = 0;
      for (let round = 1; round <= 40; round += 1) {
        const page = await newest(id);
        // Time does not run backwards, and the page has everything up to where it says it is.
        expect(page.rev).toBeGreaterThanOrEqual(lastRev);
        lastRev = page.rev;
        const seqs = page.items.map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! - index));
        expect(seqs[0] ?? 0).toBeGreaterThanOrEqual(page.lastSeq);
      }
    };
    await Promise.all([read(), read(), read()]);
    isWriting = false;
    await writing;
    await expectCurrent(id);
    ada.disconnect();
  });

  it('are not used when another node has written', async () => {
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const first = await ada.sendMessage(id, 'as this node knows it');
    await newest(id);
    const { rev, lastSeq } = await newest(id);
    // As another node would: in the database, with the next rev, and without a word to this one.
    await app.connection
      .collection<{ _id: string }>('messages')
      .updateOne({ _id: first.id }, { $set: { content: 'as it is', rev: rev + 1 }, $push: { revs: rev + 1 } as never });
    expect(await newest(id)).toMatchObject({ rev: rev + 1, lastSeq, items: [{ content: 'as it is' }] });
    await expectCurrent(id);
  });

  it('are not those of another group, and not for those who are not members', async () => {
    const [one, other] = await Promise.all([ada.createGroup({ memberIds: [bob.id] }), ada.createGroup()]);
    await ada.sendMessage(one.id, 'for both');
    await ada.sendMessage(other.id, 'for me');
    await ada.api.get(`/groups/${other.id}/messages`);
    expect((await newest(one.id)).items.map(({ content }) => content)).toEqual(['for both']);
    expect((await bob.api.get(`/groups/${other.id}/messages`)).status).toBe(403);
    expect(await app.app.get(RecentMessages, { strict: false }).find(other.id as GroupId, 1)).not.toBeNull();
  });
});
