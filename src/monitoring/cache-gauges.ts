import { Injectable } from '@nestjs/common';

import { SessionsService } from '../auth/sessions.service.js';
import type { CacheCounts } from '../common/read-through-cache.js';
import { GroupAccess } from '../groups/group-access.js';
import { RecentMessages } from '../messages/recent-messages.js';
import { UsersService } from '../users/users.service.js';

/** What is kept in memory, each by its name. */
@Injectable()
export class CacheGauges {
  constructor(
    private readonly access: GroupAccess,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly recentMessages: RecentMessages,
  ) {}

  list(): { name: string; counts: CacheCounts }[] {
    const { groups, memberships } = this.access.cacheCounts;
    return [
      { name: 'memberships', counts: memberships },
      { name: 'groups', counts: groups },
      { name: 'users', counts: this.users.cacheCounts },
      { name: 'sessions', counts: this.sessions.cacheCounts },
      { name: 'recentMessages', counts: this.recentMessages },
    ];
  }
}
