import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { eventually } from '../../../test/support/eventually.js';
import { openLogDatabase, type LogDatabase } from '../../../test/support/log-database.js';
import { LogNode } from '../../../test/support/log-node.js';
import { aChange, aSend } from '../../../test/support/log-operations.js';
import { newGroupId, newUserId, type GroupId } from '../../common/ids.js';
import type { MessageRecord } from '../message.schema.js';

const ada = newUserId();

describe('LogWriter', () => {
  let database: LogDatabase;
  beforeAll(async () => {
    // The outages are of our own making: nobody needs to read of them.
    Logger.overrideLogger(false);
    database = await openLogDatabase();
  });
  afterAll(() => database.close());

  /** Sends one message after the other, and answers with them as stored. */
  async function aLogOf(length: number, node: LogNode, groupId: GroupId): Promise<MessageRecord[]> {
    for (let count = 0; count < length; count += 1) await node.append(aSend(groupId, ada)).answered;
    return database.read(groupId);
  }

  it('writes what comes in one turn of the event loop in one batch, in the order it came', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    const sends = Array.from({ length: 50 }, () => aSend(groupId, ada));

    await Promise.all(sends.map((send) => node.append(send).answered));

    expect(node.repository.batches).toHaveLength(1);
    const stored = await database.read(groupId);
    expect(stored.map(({ content }) => content)).toEqual(sends.map(({ draft }) => draft.content));
    expect(node.announced).toEqual(stored);
  });

  it('announces an entry before it answers', async () => {
    const node = new LogNode(database);
    const { attempt, answered } = node.append(aSend(newGroupId(), ada));
    const { outcome } = await answered;
    expect(outcome).toEqual({ status: 'written', record: attempt.announced[0] });
  });

  it('gives a repeated send the first message, within a batch and across nodes', async () => {
    const [one, other] = [new LogNode(database), new LogNode(database)];
    const groupId = newGroupId();
    const answers = await Promise.all(
      [one, one, other].map((node) => node.append(aSend(groupId, ada, 'the same')).answered),
    );
    answers.push(await other.append(aSend(groupId, ada, 'the same')).answered);

    const [stored, ...more] = await database.read(groupId);
    expect(more).toEqual([]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(
      answers.map(() => ({ status: expect.stringMatching(/^(written|repeated)$/), record: stored })),
    );
    expect(answers.filter(({ outcome }) => outcome?.status === 'written')).toHaveLength(1);
    expect([...one.announced, ...other.announced]).toEqual([stored]);
  });

  it('takes the same clientMessageId of another sender or in another group for another message', async () => {
    const node = new LogNode(database);
    const [here, there] = [newGroupId(), newGroupId()];
    const sends = [aSend(here, ada, 'id'), aSend(here, newUserId(), 'id'), aSend(there, ada, 'id')];
    const answers = await Promise.all(sends.map((send) => node.append(send).answered));
    expect(answers.map(({ outcome }) => outcome?.status)).toEqual(['written', 'written', 'written']);
  });

  describe('of which there are two, on one database', () => {
    it('never gives a place again that a change moved away from, even one that missed the change', async () => {
      const [stale, other] = [new LogNode(database), new LogNode(database)];
      const groupId = newGroupId();
      const messages = await aLogOf(5, stale, groupId);
      await other.append(aSend(groupId, ada)).answered;
      const sixth = (await database.read(groupId)).at(-1)!;
      await other.append(aChange(sixth)).answered;
      expect((await database.read(groupId)).map(({ rev }) => rev)).toEqual([1, 2, 3, 4, 5, 7]);

      const { outcome } = await stale.append(aChange(messages[2]!)).answered;

      // 6 is free as a present `rev`, but whoever has caught up to 7 would never be told of it.
      expect(outcome).toMatchObject({ status: 'written', record: { seq: 3, rev: 8 } });
      expect((await database.read(groupId)).map(({ revs }) => revs)).toEqual([[1], [2], [3, 8], [4], [5], [6, 7]]);
    });

    it('gives a message another place even when the writer has not heard of its present one', async () => {
      const [stale, other] = [new LogNode(database), new LogNode(database)];
      const groupId = newGroupId();
      await aLogOf(1, stale, groupId);
      const [, second] = await aLogOf(1, other, groupId);

      await stale.append(aChange(second!)).answered;

      expect((await database.read(groupId)).map(({ revs }) => revs)).toEqual([[1], [2, 3]]);
    });

    it('gives no place twice when it saw the end of the log in the middle of a write of the other', async () => {
      const [torn, other] = [new LogNode(database), new LogNode(database)];
      const groupId = newGroupId();
      await aLogOf(2, other, groupId);
      // The end is read in two halves: here the last place before the other's second message, the last change after it.
      torn.repository.tornEnd = { lastSeq: 1, rev: 2 };

      await torn.append(aSend(groupId, ada)).answered;

      expect((await database.read(groupId)).map(({ seq, rev }) => ({ seq, rev }))).toEqual([
        { seq: 1, rev: 1 },
        { seq: 2, rev: 2 },
        { seq: 3, rev: 3 },
      ]);
    });

    it('does not take a change of another node for its own, whose answer was lost', async () => {
      const [unlucky, other] = [new LogNode(database), new LogNode(database)];
      const groupId = newGroupId();
      const [message] = await aLogOf(1, unlucky, groupId);
      // Both try place 2; the connection of the one breaks before anything is written.
      unlucky.repository.writeFaults = [{ kind: 'lost_at', index: 0 }];
      const othersTurn = Promise.withResolvers<undefined>();
      unlucky.repository.hold.lookup = othersTurn.promise;
      const lost = unlucky.append(aChange(message!));
      const made = await other.append(aChange(message!)).answered;
      othersTurn.resolve(undefined);

      expect(made.outcome).toMatchObject({ status: 'written', record: { rev: 2 } });
      expect((await lost.answered).outcome).toEqual({ status: 'outdated' });
      expect(lost.attempt.announced).toEqual([]);
    });

    it('keeps the order of the log when what it wrote was changed by the other meanwhile', async () => {
      const [unlucky, other] = [new LogNode(database), new LogNode(database)];
      const groupId = newGroupId();
      const [message] = await aLogOf(1, unlucky, groupId);
      unlucky.repository.writeFaults = [{ kind: 'lost_after' }];
      const othersTurn = Promise.withResolvers<undefined>();
      unlucky.repository.hold.lookup = othersTurn.promise;
      const answers = [unlucky.append(aChange(message!)).answered, unlucky.append(aSend(groupId, ada)).answered];
      const changed = await untilStored(groupId, (stored) => stored.length === 2 && stored[0]);
      await other.append(aChange(changed)).answered;
      othersTurn.resolve(undefined);
      await Promise.all(answers);

      expect(unlucky.announced.map(({ rev }) => rev)).toEqual([1, 3, 4]);
    });
  });

  describe('whose connection breaks', () => {
    it('answers everyone when it cannot even look up why a batch stopped', async () => {
      const node = new LogNode(database);
      const groupId = newGroupId();
      await node.append(aSend(groupId, ada, 'id')).answered;
      node.repository.lookupFaults = [true];
      const sends = [aSend(groupId, ada, 'id'), aSend(groupId, ada, 'id'), aSend(groupId, ada)];
      const answers = await Promise.all(sends.map((send) => node.append(send).answered));
      expect(answers.map(({ outcome }) => outcome?.status)).toEqual(['repeated', 'repeated', 'written']);
    });

    it('finds what reached the database after it had looked', async () => {
      const node = new LogNode(database);
      const groupId = newGroupId();
      const [message] = await aLogOf(1, node, groupId);
      node.repository.writeFaults = [{ kind: 'late' }];
      const attempts = [aSend(groupId, ada), aChange(message!), aSend(groupId, ada)].map((one) => node.append(one));
      const answers = await Promise.all(attempts.map(({ answered }) => answered));

      expect(answers.map(({ outcome }) => outcome?.status)).toEqual(['written', 'written', 'written']);
      expect(node.announced.map(({ rev }) => rev)).toEqual([1, 2, 3, 4]);
      expect((await database.read(groupId)).map(({ revs }) => revs)).toEqual([[1, 3], [2], [4]]);
    });
  });

  it('fails only the one operation that the database refuses', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    node.repository.writeFaults = [{ kind: 'refused_at', index: 1 }];
    const attempts = Array.from({ length: 3 }, () => node.append(aSend(groupId, ada)));
    const answers = await Promise.all(attempts.map(({ answered }) => answered));
    expect(answers.map(({ outcome, failure }) => outcome?.status ?? failure)).toEqual([
      'written',
      new Error('refused'),
      'written',
    ]);
    expect((await database.read(groupId)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('answers, and goes on, when an announcement fails', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    const failing = node.writer.append(aSend(groupId, ada), () => {
      throw new Error('nobody listens');
    });
    const behind = node.append(aSend(groupId, ada)).answered;
    expect(await failing).toMatchObject({ status: 'written', record: { seq: 1 } });
    expect(await behind).toMatchObject({ outcome: { status: 'written', record: { seq: 2 } } });
  });

  async function untilStored(
    groupId: GroupId,
    isSo: (stored: MessageRecord[]) => MessageRecord | false | undefined,
  ): Promise<MessageRecord> {
    return eventually(async () => isSo(await database.read(groupId)));
  }
});
