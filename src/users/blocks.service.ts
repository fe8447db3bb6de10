import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { BlockView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeOptionalCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import { withKnownOutcome } from '../common/database-outage.js';
import type { UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { ReadThroughCache } from '../common/read-through-cache.js';
import { BlocksRepository } from './blocks.repository.js';
import { UsersService } from './users.service.js';

/** Whom one user has blocked. */
interface Blocked {
  blockerId: UserId;
  ids: ReadonlySet<UserId>;
}

const listName = 'blocks';
const maxCachedUsers = 100_000;
const nobody: ReadonlySet<UserId> = new Set();

/**
 * Who wants to hear nothing from whom. It is asked with every message of a direct conversation, so the answers come from
 * memory; each change is forgotten here before its verb returns.
 */
@Injectable()
export class BlocksService {
  private readonly cache: ReadThroughCache<UserId, Blocked>;

  constructor(
    private readonly blocks: BlocksRepository,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly nodes: OtherNodes,
  ) {
    this.cache = new ReadThroughCache('blocks', maxCachedUsers, nodes);
  }

  /** Whom I have blocked, latest first. @throws Problem `validation_failed` for a cursor that is none */
  async list(actor: Actor, { limit, cursor }: { limit: number; cursor?: string }): Promise<Page<BlockView>> {
    const list = listOf(listName, actor.userId);
    const [createdAt, id] = decodeOptionalCursor(list, cursor, ['time', 'string']) ?? [];
    const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
    const rows = await this.blocks.listOf(actor.userId, after, limit + 1);
    const users = await this.users.findByIds(rows.map(({ blockedId }) => blockedId));
    const page = toPage(
      rows,
      limit,
      (row) => row,
      (row) => encodeCursor(list, [row.createdAt, row._id]),
    );
    const items = page.items.flatMap(({ blockedId, createdAt }) => {
      const user = users.get(blockedId);
      return user === undefined ? [] : [{ user: this.users.publicView(user), createdAt: createdAt.toISOString() }];
    });
    return { ...page, items };
  }

  /**
   * Blocks a user; who is blocked already stays so.
   *
   * @throws Problem `validation_failed` for oneself, `not_found` when there is no such user, `conflict` above
   *   `limits.blocks.maxBlocks`
   */
  async put(actor: Actor, userId: UserId): Promise<void> {
    if (userId === actor.userId) throw Problem.field('userId', 'must be somebody else');
    await this.users.requireUndeleted(userId);
    if (await this.blocks.has(actor.userId, userId)) return;
    if ((await this.blocks.count(actor.userId)) >= limits.blocks.maxBlocks) {
      throw new Problem('conflict', `Nobody blocks more than ${String(limits.blocks.maxBlocks)} users.`);
    }
    await this.change(
      actor.userId,
      () => this.blocks.insert(actor.userId, userId, this.clock.now()),
      () => this.blocks.has(actor.userId, userId),
    );
    await this.requireStillThere(actor, userId);
  }

  /** Takes a block back; where there is none, nothing happens. */
  async remove(actor: Actor, userId: UserId): Promise<void> {
    await this.change(
      actor.userId,
      () => this.blocks.delete(actor.userId, userId),
      async () => !(await this.blocks.has(actor.userId, userId)),
    );
  }

  /** Which of two users has blocked the other: `null` when neither has. From memory when it is there. */
  async findBlocker(one: UserId, other: UserId): Promise<UserId | null> {
    const known = await this.know([one, other]);
    if (known.get(one)?.ids.has(other) === true) return one;
    return known.get(other)?.ids.has(one) === true ? other : null;
  }

  /** Reads what is not in memory yet of whom these users have blocked. */
  know(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Blocked>> {
    return this.cache.getMany(
      userIds,
      (missing) => this.read(missing),
      ({ blockerId }) => blockerId,
    );
  }

  /** Whether a user wants to hear from another, in this very moment; `undefined` when it would have to be read. */
  peekHears(userId: UserId, from: UserId): boolean | undefined {
    const known = this.cache.peek(userId);
    return known === undefined ? undefined : !known.ids.has(from);
  }

  /** What a user who is no more has blocked, and who has blocked him. */
  async eraseOf(userId: UserId): Promise<void> {
    const blockerIds = await this.blocks.listBlockersOf(userId);
    await this.blocks.deleteOf(userId);
    for (const id of [userId, ...blockerIds]) this.cache.forget(id);
  }

  /** Behind the write: the deletion of an account takes away the blocks that it finds, and may not have found this one. */
  private async requireStillThere(actor: Actor, userId: UserId): Promise<void> {
    try {
      await this.users.requireUndeleted(userId);
    } catch (error) {
      await this.remove(actor, userId);
      throw error;
    }
  }

  private async change(
    blockerId: UserId,
    write: () => Promise<boolean>,
    wasMade: () => Promise<boolean>,
  ): Promise<void> {
    try {
      await withKnownOutcome(write, wasMade);
    } finally {
      // From here on it holds on every node.
      await this.nodes.cut(() => {
        this.cache.forget(blockerId);
      });
    }
  }

  private async read(blockerIds: readonly UserId[]): Promise<Blocked[]> {
    const rows = Map.groupBy(await this.blocks.listOfAll(blockerIds), ({ blockerId }) => blockerId);
    return blockerIds.map((blockerId) => {
      const blocked = rows.get(blockerId)?.map(({ blockedId }) => blockedId);
      return { blockerId, ids: blocked === undefined ? nobody : new Set(blocked) };
    });
  }
}
