import { beforeEach, describe, expect, it } from '@jest/globals';

import { newGroupId, type GroupId } from '../../common/ids.js';
import { WritingNodes } from './writing-nodes.js';

describe('WritingNodes', () => {
  const groupId = `${newGroupId().slice(0, -1)}0` as GroupId;
  let nowMs: number;
  let said: GroupId[];
  let nodes: WritingNodes;
  beforeEach(() => {
    [nowMs, said] = [1000, []];
    nodes = new WritingNodes(
      'node-b',
      (one) => said.push(one),
      () => nowMs,
    );
  });

  it('leaves a log to this node while nobody else is known to write into it', () => {
    expect(nodes.choose(groupId)).toBeNull();
  });

  it('chooses the same node on each of those that write', () => {
    const others = new WritingNodes(
      'node-a',
      () => undefined,
      () => nowMs,
    );
    others.hear(groupId, 'node-b');
    nodes.hear(groupId, 'node-a');
    expect([nodes.choose(groupId), others.choose(groupId)]).toEqual(['node-a', null]);
  });

  it('spreads the logs over the nodes', () => {
    const odd = `${groupId.slice(0, -1)}1` as GroupId;
    nodes.hear(odd, 'node-a');
    expect(nodes.choose(odd)).toBeNull();
  });

  it('says that it writes when a place was taken, but not each time', () => {
    nodes.noteTaken(groupId);
    nodes.noteTaken(groupId);
    expect(said).toEqual([groupId]);
    nowMs += 2_000;
    nodes.noteTaken(groupId);
    expect(said).toEqual([groupId, groupId]);
  });

  it('answers another node only when it writes as well', () => {
    nodes.hear(groupId, 'node-a');
    expect(said).toEqual([]);
    nodes.noteOwn(groupId);
    nodes.hear(groupId, 'node-a');
    expect(said).toEqual([groupId]);
  });

  it('takes a log back when the other node has not written for a while, is gone, or does not answer', () => {
    nodes.hear(groupId, 'node-a');
    nowMs += 5_000;
    expect(nodes.choose(groupId)).toBeNull();
    nodes.hear(groupId, 'node-a');
    nodes.avoid('node-a');
    expect(nodes.choose(groupId)).toBeNull();
    nowMs += 5_000;
    nodes.hear(groupId, 'node-a');
    expect(nodes.choose(groupId)).toBe('node-a');
    nodes.forget('node-a');
    expect(nodes.choose(groupId)).toBeNull();
  });
});
