import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Cluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { RecordedConversation } from '../support/history/recorded-conversation.js';

describe('three nodes that are restarted one after the other', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(3);
  });
  afterAll(() => cluster.stop());

  it('lose no message, refuse none, and leave nobody with a gap', async () => {
    const address = await cluster.balanced();
    const people = await Promise.all(Array.from({ length: 6 }, () => cluster.person(address)));
    const conversation = await RecordedConversation.among(people);
    conversation.talk();
    for (const node of [0, 1, 2]) {
      const goal = conversation.acknowledged + 100;
      await eventually(() => conversation.acknowledged >= goal, 30_000);
      await cluster.restart(node);
    }
    expect(await conversation.settle()).toEqual([]);
    expect(conversation.failures).toEqual([]);
    conversation.close();
  }, 120_000);
});
