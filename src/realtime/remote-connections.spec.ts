import { beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from '../../test/support/eventually.js';
import type { UserId } from '../common/ids.js';
import { OnlyNode } from '../common/only-node.js';
import type { NodeTopic } from '../common/other-nodes.js';
import { RemoteConnections } from './remote-connections.js';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];

/** One of two nodes, which hear each other unless the line between them is cut. */
class LinkedNode extends OnlyNode {
  isCut = false;
  other: LinkedNode | undefined;
  readonly connections: RemoteConnections;
  private readonly hearing: ((message: unknown, nodeId: string) => void)[] = [];
  private readonly losing: ((isForgotten: boolean) => void)[] = [];
  private readonly departing: ((nodeId: string) => void)[] = [];

  constructor(readonly name: string) {
    super();
    this.connections = new RemoteConnections(this);
    this.connections.onModuleInit();
  }

  override tell(_topic?: NodeTopic, message?: unknown): void {
    if (this.isCut) return;
    for (const hear of this.other?.hearing ?? []) hear(JSON.parse(JSON.stringify(message)), this.name);
  }

  override listen(_topic?: NodeTopic, listener?: (message: unknown, nodeId: string) => void): void {
    if (listener !== undefined) this.hearing.push(listener);
  }

  override listenForLoss(listener?: (isForgotten: boolean) => void): void {
    if (listener !== undefined) this.losing.push(listener);
  }

  override listenForDeparture(listener?: (nodeId: string) => void): void {
    if (listener !== undefined) this.departing.push(listener);
  }

  lose(): void {
    for (const listener of this.losing) listener(false);
  }

  takeForDead(nodeId: string): void {
    for (const listener of this.departing) listener(nodeId);
  }
}

describe('RemoteConnections', () => {
  let here: LinkedNode;
  let there: LinkedNode;
  let gone: UserId[];
  beforeEach(() => {
    [here, there] = [new LinkedNode('here'), new LinkedNode('there')];
    [here.other, there.other] = [there, here];
    gone = [];
    here.connections.onGone((userIds) => gone.push(...userIds));
  });

  it('knows how many connections users have on another node', () => {
    there.connections.noteOwn(ada, 2);
    expect([here.connections.count(ada), here.connections.count(bob)]).toEqual([2, 0]);
  });

  it('is told again of all who are on a node that was taken for dead, and comes back', async () => {
    there.connections.noteOwn(ada, 1);
    here.takeForDead('there');
    expect([here.connections.count(ada), gone]).toEqual([0, [ada]]);
    there.lose();
    await eventually(() => here.connections.count(ada) === 1);
  });

  it.each(['here', 'there'])('learns after a loss %s who has come and gone meanwhile', async (where) => {
    there.connections.noteOwn(ada, 1);
    there.isCut = true;
    there.connections.noteOwn(ada, 0);
    there.connections.noteOwn(bob, 1);
    there.isCut = false;
    (where === 'here' ? here : there).lose();
    await eventually(() => here.connections.count(bob) === 1);
    expect([here.connections.count(ada), gone]).toEqual([0, [ada]]);
  });
});
