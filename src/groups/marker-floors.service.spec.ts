import { describe, expect, it } from '@jest/globals';

import { DomainEvents } from '../common/domain-events.js';
import { OnlyNode } from '../common/only-node.js';
import type { GroupId, UserId } from '../common/ids.js';
import { MarkerFloorsService } from './marker-floors.service.js';
import type { MembershipsRepository } from './memberships.repository.js';

const group = 'group' as GroupId;
const [ada, bob, cid, dora] = ['ada', 'bob', 'cid', 'dora'] as [UserId, UserId, UserId, UserId];

/** Markers of one group, and answers about them that are held back for as long as a test wants. */
class Markers {
  readonly seqs = new Map<UserId, number>();
  hold = Promise.resolve();

  async listLowest(_groupId: GroupId, _kind: string, limit: number) {
    const lowest = Array.from(this.seqs, ([userId, seq]) => ({ userId, seq })).sort((a, b) => a.seq - b.seq);
    await this.hold;
    return lowest.slice(0, limit);
  }
}

function aGroup(seqs: [UserId, number][]) {
  const markers = new Markers();
  for (const [userId, seq] of seqs) markers.seqs.set(userId, seq);
  const floors = new MarkerFloorsService(
    markers as unknown as MembershipsRepository,
    new DomainEvents(),
    new OnlyNode(),
  );
  return { markers, floors, floorFor: async (userId: UserId) => (await floors.of(group, userId)).readSeq };
}

describe('how far everyone else has come', () => {
  it('is not kept from a read that two moves overtook, whichever of them is told first', async () => {
    const { markers, floors, floorFor } = aGroup([
      [ada, 9],
      [bob, 0],
      [cid, 1],
      [dora, 2],
    ]);
    const first = Promise.withResolvers<undefined>();
    const second = Promise.withResolvers<undefined>();
    markers.hold = first.promise.then(() => undefined);
    const knows = floorFor(ada);
    // Bob's move is in the database, and not yet told; another read begins.
    markers.seqs.set(bob, 8);
    markers.hold = second.promise.then(() => undefined);
    const overtaken = floorFor(ada);
    first.resolve(undefined);
    await knows;
    markers.seqs.set(dora, 5);
    floors.markerMoved(group, dora);
    second.resolve(undefined);
    await overtaken;
    floors.markerMoved(group, bob);
    markers.hold = Promise.resolve();

    expect(await floorFor(ada)).toBe(1);
    expect(await floorFor(cid)).toBe(5);
  });

  it('is known without a look until one of the two who have come least far moves', async () => {
    const { markers, floors, floorFor } = aGroup([
      [ada, 9],
      [bob, 0],
      [cid, 1],
      [dora, 2],
    ]);
    expect(await floorFor(ada)).toBe(0);
    expect(await floorFor(bob)).toBe(1);
    markers.seqs.set(dora, 3);
    floors.markerMoved(group, dora);
    markers.hold = new Promise(() => undefined);
    expect(await floorFor(ada)).toBe(0);
    markers.hold = Promise.resolve();
    markers.seqs.set(bob, 8);
    floors.markerMoved(group, bob);
    expect(await floorFor(ada)).toBe(1);
  });
});
