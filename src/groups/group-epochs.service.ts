import { Injectable } from '@nestjs/common';

import type { GroupId } from '../common/ids.js';
import { GroupsRepository } from './groups.repository.js';

/** The logs that there are, those of closed groups too: for what is derived from them, never for what is shown. */
@Injectable()
export class GroupEpochsService {
  constructor(private readonly groups: GroupsRepository) {}

  /** Groups in the order of their ids, `limit` of them behind a given one. */
  list(after: GroupId | null, limit: number): Promise<{ _id: GroupId; epoch: string }[]> {
    return this.groups.listEpochs(after, limit);
  }

  /** The logs of some groups by their identity; a group that never was is left out. */
  async find(groupIds: readonly GroupId[]): Promise<Map<GroupId, string>> {
    return new Map((await this.groups.findEpochs(groupIds)).map(({ _id, epoch }) => [_id, epoch]));
  }
}
