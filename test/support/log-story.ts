import { limits } from '../../contract/limits.js';
import { newGroupId, newUserId, type GroupId } from '../../src/common/ids.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';
import type { Attempt, LogNode } from './log-node.js';
import { aChange, aSend, type Verb } from './log-operations.js';

/** One thing that happens in a story. Numbers name groups, senders and messages, modulo how many there are. */
export type Step =
  | { kind: 'send'; node: number; group: number; sender: number; clientMessageId: number | null }
  | { kind: 'change'; node: number; group: number; message: number; verb: Verb; isStale: boolean }
  /** Everything so far is answered before the story goes on. */
  | { kind: 'settle' }
  /** The story waits for one turn of the event loop, so that what follows comes in the middle of a write. */
  | { kind: 'turn' }
  /** Everything that waits on this node has waited too long. */
  | { kind: 'outlast'; node: number };

/** A story in a few groups, told by several nodes on one database. */
export class LogStory {
  readonly groupIds: readonly GroupId[] = Array.from({ length: 2 }, () => newGroupId());
  readonly attempts: Attempt[] = [];
  private readonly senderIds = Array.from({ length: 2 }, () => newUserId());
  private readonly answers: Promise<Attempt>[] = [];

  constructor(private readonly nodes: readonly LogNode[]) {}

  async tell(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.take(step);
    // Faults that nothing has met yet stay planned until the last operation is answered.
    await Promise.all(this.answers);
    for (const node of this.nodes) await node.recover();
  }

  private async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'send': {
        const clientMessageId = step.clientMessageId === null ? null : `id ${String(step.clientMessageId)}`;
        this.append(step.node, aSend(at(this.groupIds, step.group), at(this.senderIds, step.sender), clientMessageId));
        break;
      }
      case 'change': {
        const versions = this.versionsOf(at(this.groupIds, step.group), step.message);
        const before = step.isStale ? versions[0] : versions.at(-1);
        if (before !== undefined) this.append(step.node, aChange(before, step.verb));
        break;
      }
      case 'settle':
        await Promise.all(this.answers);
        break;
      case 'turn':
        await new Promise(setImmediate);
        break;
      case 'outlast':
        at(this.nodes, step.node).clock.advance(limits.log.maxWaitMs);
        break;
    }
  }

  private append(node: number, operation: Attempt['operation']): void {
    const { attempt, answered } = at(this.nodes, node).append(operation);
    this.attempts.push(attempt);
    this.answers.push(answered);
  }

  /** All states of one message of a group that were announced so far, oldest first. */
  private versionsOf(groupId: GroupId, message: number): MessageRecord[] {
    const announced = this.nodes.flatMap((node) => node.announced).filter((record) => record.groupId === groupId);
    const ids = [...new Set(announced.map(({ _id }) => _id))];
    if (ids.length === 0) return [];
    const id = at(ids, message);
    return announced.filter(({ _id }) => _id === id).sort((one, other) => one.rev - other.rev);
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}
