import { expect } from '@jest/globals';

import type { GroupId } from '../../src/common/ids.js';
import { Problem } from '../../src/common/problem.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';
import type { LogDatabase } from './log-database.js';
import type { Attempt, LogNode } from './log-node.js';

/** What is known of one group when everything has settled. */
interface GroupStory {
  stored: MessageRecord[];
  attempts: Attempt[];
}

/** Holds the log to its promises, once nothing is on its way any more. */
export async function expectSoundLog(
  database: LogDatabase,
  story: { groupIds: readonly GroupId[]; attempts: readonly Attempt[] },
  nodes: readonly LogNode[],
): Promise<void> {
  for (const groupId of story.groupIds) {
    const group = {
      stored: await database.read(groupId),
      attempts: story.attempts.filter(({ operation }) => groupOf(operation) === groupId),
    };
    expectPlacesWithoutGap(group.stored);
    expectEachSendOnce(group);
    for (const attempt of group.attempts) expectHonestAnswer(attempt, group.stored);
    for (const node of nodes) expectAnnouncedInOrder(node, groupId);
    expectAnnouncementsToFoldIntoState(group, nodes, groupId);
  }
}

function expectPlacesWithoutGap(stored: readonly MessageRecord[]): void {
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_message, index) => index + 1));
  const revs = stored.flatMap((message) => message.revs).sort((one, other) => one - other);
  // Each number is given once and kept by the message that got it, and none is left out.
  expect(revs).toEqual(revs.map((_rev, index) => index + 1));
  for (const { rev, revs: own } of stored) expect(rev).toBe(Math.max(...own));
}

/** Each `clientMessageId` of a sender is one message, and each send with it was answered with that message. */
function expectEachSendOnce({ stored, attempts }: GroupStory): void {
  const sends = Map.groupBy(attempts, ({ operation }) =>
    operation.kind === 'create' && operation.draft.clientMessageId !== null
      ? `${operation.draft.senderId} ${operation.draft.clientMessageId}`
      : null,
  );
  for (const [key, same] of sends) {
    if (key === null) continue;
    const matching = stored.filter((message) => `${message.senderId} ${String(message.clientMessageId)}` === key);
    expect(matching.length).toBeLessThanOrEqual(1);
    const answered = same.flatMap(({ outcome }) => (outcome !== undefined && 'record' in outcome ? [outcome] : []));
    expect(answered.map(({ record }) => record._id)).toEqual(answered.map(() => matching[0]?._id));
    expect(answered.filter(({ status }) => status === 'written').length).toBeLessThanOrEqual(1);
  }
}

function expectHonestAnswer({ operation, outcome, failure, announced }: Attempt, stored: MessageRecord[]): void {
  const own = stored.find(
    ({ _id }) => _id === (operation.kind === 'create' ? operation.draft._id : operation.before._id),
  );
  const text = operation.kind === 'create' ? operation.draft.content : operation.changes.content;
  const isStored =
    own !== undefined && [own.content, ...own.versions.map(({ content }) => content)].includes(text ?? '');
  expect(announced.length).toBeLessThanOrEqual(1);
  if (failure !== undefined) {
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ code: 'unavailable', retryAfter: expect.any(Number) });
    if (announced.length > 0) expect(isStored).toBe(true);
  } else if (outcome?.status === 'written') {
    expect(isStored).toBe(true);
    expect(announced).toEqual([outcome.record]);
    expect(own?.revs).toContain(outcome.record.rev);
  } else {
    // Repeated or outdated: nothing of it was written, so nothing of it was announced.
    expect({ isStored, announced }).toEqual({ isStored: false, announced: [] });
  }
}

/** A node announces a group's changes in the order of the log. */
function expectAnnouncedInOrder(node: LogNode, groupId: GroupId): void {
  const revs = node.announced.filter((record) => record.groupId === groupId).map(({ rev }) => rev);
  expect(revs).toEqual([...new Set(revs)].sort((one, other) => one - other));
}

/** Whoever applies what all nodes announced, in the order of `rev`, ends with what the database has. */
function expectAnnouncementsToFoldIntoState({ stored }: GroupStory, nodes: readonly LogNode[], groupId: GroupId): void {
  const announced = nodes.flatMap((node) => node.announced).filter((record) => record.groupId === groupId);
  const folded = new Map<string, MessageRecord>();
  for (const record of announced.sort((one, other) => one.rev - other.rev)) folded.set(record._id, record);
  expect([...folded.values()].sort((one, other) => one.seq - other.seq)).toEqual(stored);
}

function groupOf(operation: Attempt['operation']): GroupId {
  return operation.kind === 'create' ? operation.draft.groupId : operation.before.groupId;
}
