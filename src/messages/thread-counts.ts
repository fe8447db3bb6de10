import { Injectable } from '@nestjs/common';

import type { MessageId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import type { MessageRecord } from './message.schema.js';
import { ThreadsRepository } from './threads.repository.js';

type Root = Pick<MessageRecord, 'groupId' | '_id'>;

const maxTogether = 2000;

/**
 * How many replies messages have. What is asked for at about the same time is counted together: when a network comes
 * back, five hundred members are shown the same messages.
 */
@Injectable()
export class ThreadCounts {
  private readonly load = loadTogether<Root, number>((roots) => this.read(roots), maxTogether);

  constructor(private readonly threads: ThreadsRepository) {}

  /** The number of replies that are not deleted, as of a moment after the call. */
  async of(messages: readonly Root[]): Promise<Map<MessageId, number>> {
    return new Map(await Promise.all(messages.map(async (root) => [root._id, await this.load(root)] as const)));
  }

  private async read(roots: readonly Root[]): Promise<number[]> {
    const counts = await this.threads.count(roots);
    return roots.map(({ _id }) => counts.get(_id) ?? 0);
  }
}
