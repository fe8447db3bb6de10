import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import type { GroupId } from '../common/ids.js';
import { GroupEpochsService } from '../groups/group-epochs.service.js';
import { SearchProgressRepository } from './search-progress.repository.js';
import { termsVersion } from './terms.js';

/** How far a group is indexed, as far as this node knows. */
export interface FollowedGroup {
  readonly epoch: string;
  rev: number;
  /** What is stored of it is of another log, or by other rules: it must go before anything is added. */
  isStale: boolean;
}

const maxKnown = 20_000;

/** How far each group is indexed: in memory, and noted in the database often enough to go on from there. */
@Injectable()
export class FollowedGroups {
  private readonly known = new LRUCache<GroupId, FollowedGroup>({ max: maxKnown });
  private readonly unsaved = new Map<GroupId, FollowedGroup>();

  constructor(
    private readonly progress: SearchProgressRepository,
    private readonly epochs: GroupEpochsService,
  ) {}

  /** Learns what is noted of those groups that this node does not know yet. */
  async learn(groupIds: readonly GroupId[]): Promise<void> {
    await this.read(groupIds.filter((groupId) => !this.known.has(groupId)));
  }

  /** How far a group is, with what another node may have noted meanwhile; `undefined` when there is no such group. */
  async latest(groupId: GroupId): Promise<FollowedGroup | undefined> {
    const before = this.known.get(groupId);
    if (before?.isStale !== true) await this.read([groupId]);
    const now = this.known.get(groupId);
    if (now !== undefined && before?.epoch === now.epoch) now.rev = Math.max(now.rev, before.rev);
    return now;
  }

  /** A change was indexed. @returns false when it is not the next one: those in between are missing */
  advance(groupId: GroupId, rev: number): boolean {
    const group = this.known.get(groupId);
    if (group === undefined || group.isStale || rev > group.rev + 1) return false;
    if (rev > group.rev) this.reach(groupId, group, rev);
    return true;
  }

  /** Everything up to this change was indexed. */
  reach(groupId: GroupId, group: FollowedGroup, rev: number): void {
    group.rev = rev;
    this.unsaved.set(groupId, group);
  }

  /** The log is not the one that was followed: what is stored of it is no good. */
  startAfresh(groupId: GroupId, epoch: string): void {
    this.known.set(groupId, { epoch, rev: 0, isStale: true });
  }

  /** Notes how far this node has come. */
  async save(): Promise<void> {
    const records = Array.from(this.unsaved, ([_id, { epoch, rev }]) => ({ _id, epoch, rev, termsVersion }));
    await this.progress.save(records);
    for (const { _id, rev } of records) {
      if (this.unsaved.get(_id)?.rev === rev) this.unsaved.delete(_id);
    }
  }

  private async read(groupIds: readonly GroupId[]): Promise<void> {
    if (groupIds.length === 0) return;
    const [epochs, noted] = await Promise.all([this.epochs.find(groupIds), this.progress.listByIds(groupIds)]);
    const byId = new Map(noted.map((record) => [record._id, record]));
    for (const [groupId, epoch] of epochs) {
      const record = byId.get(groupId);
      const isStale = record !== undefined && (record.epoch !== epoch || record.termsVersion !== termsVersion);
      this.known.set(groupId, { epoch, rev: isStale ? 0 : (record?.rev ?? 0), isStale });
    }
  }
}
