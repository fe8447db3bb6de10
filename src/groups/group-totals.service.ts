import { Injectable } from '@nestjs/common';

import type { GroupKind } from '../../contract/views.js';
import type { GroupId } from '../common/ids.js';
import { GroupsRepository } from './groups.repository.js';

/** What an operator is told of a group: that it is there, never what is said in it. */
export interface GroupTitle {
  groupId: GroupId;
  /** `null` for a direct conversation. */
  name: string | null;
  kind: GroupKind;
}

/** How many groups there are, for operators. */
@Injectable()
export class GroupTotalsService {
  constructor(private readonly groups: GroupsRepository) {}

  /** Living groups. */
  async count(): Promise<number> {
    const [all, closed] = await Promise.all([this.groups.countAll(), this.groups.countClosed()]);
    return Math.max(0, all - closed);
  }

  countSince(time: Date): Promise<number> {
    return this.groups.countSince(time);
  }

  /** Those of some groups that are living. */
  async titlesOf(groupIds: readonly GroupId[]): Promise<Map<GroupId, GroupTitle>> {
    const groups = await this.groups.findByIds(groupIds);
    return new Map(groups.map(({ _id: groupId, name, kind }) => [groupId, { groupId, name, kind }]));
  }
}
