import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from '../../../test/support/eventually.js';
import { AppendingNode, NodeLine } from '../../../test/support/linked-appenders.js';
import { openLogDatabase, type LogDatabase } from '../../../test/support/log-database.js';
import { aSend } from '../../../test/support/log-operations.js';
import { newGroupId, newUserId, type GroupId } from '../../common/ids.js';
import type { MessageRecord } from '../message.schema.js';
import type { CreateOperation, LogOutcome } from './log-operation.js';

const ada = newUserId();
const bob = newUserId();

describe('LogAppender', () => {
  let database: LogDatabase;
  let line: NodeLine;
  /** Whoever has the lower name writes the logs whose id ends so. */
  let groupId: GroupId;
  let writer: AppendingNode;
  let other: AppendingNode;
  beforeAll(async () => {
    database = await openLogDatabase();
  });
  afterAll(() => database.close());
  beforeEach(() => {
    line = new NodeLine();
    groupId = `${newGroupId().slice(0, -1)}0` as GroupId;
    writer = new AppendingNode('node-a', line, database);
    other = new AppendingNode('node-b', line, database);
  });

  /** Both write at once until each knows of the other. */
  async function meet(): Promise<void> {
    while (!appendsLeft()) {
      const sends = Array.from({ length: 5 }, () => [
        writer.append(aSend(groupId, ada)),
        other.append(aSend(groupId, bob)),
      ]);
      await Promise.all(sends.flat());
    }
  }

  const appendsLeft = () => line.said.some((said) => (said as { kind: string }).kind === 'append');
  const ids = (records: readonly MessageRecord[]) => records.map(({ _id }) => _id);
  const idOf = (outcome: LogOutcome) => ('record' in outcome ? outcome.record._id : null);

  it('writes by itself where no other node does', async () => {
    await Promise.all(Array.from({ length: 20 }, () => other.append(aSend(groupId, bob))));
    expect(line.said).toEqual([]);
    expect(ids(other.announced)).toEqual(ids(await database.read(groupId)));
  });

  it('leaves a log to one of the nodes that write into it, which tells of all in the order of the log', async () => {
    await meet();
    writer.announced.length = 0;
    const before = other.announced.length;
    const sends = Array.from({ length: 30 }, (_, index) => aSend(groupId, index % 2 === 0 ? ada : bob));
    const outcomes = await Promise.all(sends.map((send, index) => (index % 2 === 0 ? writer : other).append(send)));
    expect(other.announced).toHaveLength(before);
    const stored = (await database.read(groupId)).slice(-30);
    expect(writer.announced).toEqual(stored);
    expect(outcomes.map(idOf)).toEqual(sends.map(({ draft }) => draft._id));
    const ofBob = outcomes.flatMap((outcome) =>
      outcome.status === 'written' && outcome.record.senderId === bob ? outcome.record : [],
    );
    expect(ofBob).toEqual(stored.filter(({ senderId }) => senderId === bob));
  });

  it('keeps the order of one who sends while the log passes from node to node', async () => {
    const sends: CreateOperation[] = [];
    const answers: Promise<LogOutcome>[] = [];
    const sendBoth = async () => {
      const send = aSend(groupId, bob);
      sends.push(send);
      answers.push(other.append(send), writer.append(aSend(groupId, ada)));
      if (sends.length % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await eventually(async () => {
      await sendBoth();
      return appendsLeft();
    });
    for (let count = 0; count < 50; count += 1) await sendBoth();
    await Promise.all(answers);
    const stored = await database.read(groupId);
    expect(ids(stored.filter(({ senderId }) => senderId === bob))).toEqual(sends.map(({ draft }) => draft._id));
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
  });

  it('gives a repeated send the first message, whoever writes', async () => {
    await meet();
    const first = await other.append(aSend(groupId, bob, 'the same'));
    const again = await other.append(aSend(groupId, bob, 'the same'));
    expect(again).toMatchObject({ status: 'repeated', record: { _id: idOf(first) } });
  });

  it.each([
    ['what it left was lost', 'append', 3],
    ['the answer was lost', 'written', 1],
  ])('writes by itself, once and in order, when %s', async (_case, kind, lost) => {
    await meet();
    for (const node of [writer, other]) node.announced.length = 0;
    let count = 0;
    line.loses = (message) => (message as { kind: string }).kind === kind && ++count === lost;
    const sends = Array.from({ length: 10 }, () => aSend(groupId, bob));
    const outcomes = await Promise.all(sends.map((send) => other.append(send)));
    expect(count).toBeGreaterThanOrEqual(lost);
    expect(outcomes.map(idOf)).toEqual(sends.map(({ draft }) => draft._id));
    expect(ids((await database.read(groupId)).slice(-10))).toEqual(sends.map(({ draft }) => draft._id));
    // Whoever stored a message has told of it, and nobody else.
    const told = ids([...writer.announced, ...other.announced]);
    expect(told.toSorted()).toEqual(sends.map(({ draft }) => draft._id).toSorted());
  });

  it.each<[string, (node: AppendingNode) => void]>([
    ['is gone', ({ nodes }) => nodes.depart('node-a')],
    ['may not have heard it', ({ nodes }) => nodes.lose(false)],
  ])('writes by itself when the other node %s', async (_case, happen) => {
    await meet();
    line.loses = () => true;
    const sends = Array.from({ length: 3 }, () => aSend(groupId, bob));
    const answers = sends.map((send) => other.append(send));
    happen(other);
    expect((await Promise.all(answers)).map(idOf)).toEqual(sends.map(({ draft }) => draft._id));
    const later = other.append(aSend(groupId, bob));
    expect(await later).toMatchObject({ status: 'written' });
  });

  it('writes by itself what it had left to others when it stops', async () => {
    await meet();
    line.loses = () => true;
    const answer = other.append(aSend(groupId, bob));
    other.appender.beforeApplicationShutdown();
    expect(await answer).toMatchObject({ status: 'written' });
  });
});
