import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

import type { PresenceRequest } from '../../contract/requests.js';
import type { Actor } from '../common/actor.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import type { UserRecord } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { Audience } from './audience.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { groupsIn } from './rooms.js';

const maxDeparturesTogether = 1000;

/** Who is there, over all devices; told to those who share a group that is not too large. */
@Injectable()
export class PresenceNews implements BeforeApplicationShutdown {
  private readonly logger = new Logger(PresenceNews.name);
  /** Who was said to have come, and not yet to have left. */
  private readonly here = new Set<UserId>();
  private readonly recordLastSeen = loadTogether<UserId, null>(async (userIds) => {
    await this.users.recordLastSeen(userIds);
    return userIds.map(() => null);
  }, maxDeparturesTogether);

  constructor(
    private readonly users: UsersService,
    private readonly myGroups: MyGroupsService,
    private readonly connections: LiveConnections,
    private readonly audience: Audience,
  ) {}

  /** A connection is through: if it is the user's first, he has come. */
  arrived(connection: Connection): void {
    const { userId } = connection.state.actor;
    if (this.here.has(userId)) return;
    this.here.add(userId);
    this.unawaited(
      this.users.requireById(userId).then((user) => this.tell(user, groupsIn(connection.rooms))),
      'an arrival',
    );
  }

  /** A connection is gone: if it was the user's last, he has left, whatever groups it received. */
  departed({ state }: Connection): void {
    const { userId } = state.actor;
    if (this.connections.ofUser(userId).length > 0 || !this.here.delete(userId)) return;
    this.unawaited(this.leave(userId), 'a departure');
  }

  /** The node stops: whoever is here was last seen now. One write for all, while there is still a database. */
  async beforeApplicationShutdown(): Promise<void> {
    const ids = [...this.here];
    // Their connections end after this, each without news of its own.
    this.here.clear();
    if (ids.length === 0) return;
    try {
      await this.users.recordLastSeen(ids);
    } catch (error) {
      // A database that is gone must not keep the server from stopping.
      this.logger.warn({ err: error }, 'the time of departure could not be stored');
    }
  }

  /** What the user wants to be seen as while he is connected. */
  async choose(actor: Actor, request: PresenceRequest): Promise<void> {
    const user = await this.users.choosePresence(actor.userId, request);
    await this.tell(user, await this.myGroups.listIds(actor.userId));
  }

  private async leave(userId: UserId): Promise<void> {
    await this.recordLastSeen(userId);
    const [user, groupIds] = await Promise.all([this.users.requireById(userId), this.myGroups.listIds(userId)]);
    await this.tell(user, groupIds);
  }

  private async tell(user: UserRecord, groupIds: readonly GroupId[]): Promise<void> {
    const audience = await this.audience.smallRooms(groupIds);
    const { id, presence, statusText, lastSeenAt } = this.users.publicView(user);
    this.connections.send(
      audience,
      { event: 'presence', payload: { userId: id, presence, statusText, lastSeenAt } },
      { isVolatile: true },
    );
  }

  private unawaited(work: Promise<void>, what: string): void {
    work.catch((error: unknown) => {
      // Nobody waits for it, and whoever asks for a profile is told the truth all the same.
      this.logger.warn({ err: error }, `${what} could not be announced`);
    });
  }
}
