import { Injectable } from '@nestjs/common';

import type { DiscoveredChannelView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeOptionalCursor, encodeCursor, toPage } from '../common/cursor.js';
import { nameKeyOf, nameSearchOf } from './channel-name.js';
import { toDiscoveredChannel } from './group.view.js';
import { GroupsRepository } from './groups.repository.js';
import { MembershipsRepository } from './memberships.repository.js';

const listName = 'discover';

/** Public channels, for everyone signed in. */
@Injectable()
export class DiscoverService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
  ) {}

  /**
   * Channels with a part of a name, in the order of names.
   *
   * @param query `q`: without regard to case, width and blanks around it; empty for all
   */
  async list(actor: Actor, query: { q: string; limit: number; cursor?: string }): Promise<Page<DiscoveredChannelView>> {
    const [after] = decodeOptionalCursor(listName, query.cursor, ['string']) ?? [];
    const text = nameKeyOf(query.q.trim());
    const channels = await this.groups.listChannels(text === '' ? null : nameSearchOf(text), after, query.limit + 1);
    const joined = await this.memberships.findGroupIds(
      actor.userId,
      channels.map(({ _id }) => _id),
    );
    return toPage(
      channels,
      query.limit,
      (channel) => toDiscoveredChannel(channel, joined.has(channel._id)),
      (channel) => encodeCursor(listName, [channel.nameKey]),
    );
  }
}
