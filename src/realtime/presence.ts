import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { PresenceAudience } from '../users/user-presence.js';
import type { UserRecord } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { Audience } from './audience.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { groupsIn } from './rooms.js';

const maxDeparturesTogether = 1000;
/** Timers do not reach further (Node: 2^31 - 1 ms). */
const maxTimerMs = 2_147_483_647;

/** Who is there, over all devices; told to those who share a group that is not too large. */
@Injectable()
export class PresenceNews extends PresenceAudience implements BeforeApplicationShutdown {
  private readonly logger = new Logger(PresenceNews.name);
  /** Who was said to have come, and not yet to have left. */
  private readonly here = new Set<UserId>();
  private readonly recordLastSeen = loadTogether<UserId, null>(async (userIds) => {
    await this.users.recordLastSeen(userIds);
    return userIds.map(() => null);
  }, maxDeparturesTogether);
  /** For each of them whose choice ends by itself, the timer of that. */
  private readonly endings = new Map<UserId, NodeJS.Timeout>();

  constructor(
    private readonly users: UsersService,
    private readonly myGroups: MyGroupsService,
    private readonly connections: LiveConnections,
    private readonly audience: Audience,
    private readonly clock: Clock,
  ) {
    super();
  }

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
    this.disarm(userId);
    this.unawaited(this.leave(userId), 'a departure');
  }

  /** The node stops: whoever is here was last seen now. One write for all, while there is still a database. */
  async beforeApplicationShutdown(): Promise<void> {
    const ids = [...this.here];
    // Their connections end after this, each without news of its own.
    this.here.clear();
    for (const userId of [...this.endings.keys()]) this.disarm(userId);
    if (ids.length === 0) return;
    try {
      await this.users.recordLastSeen(ids);
    } catch (error) {
      // A database that is gone must not keep the server from stopping.
      this.logger.warn({ err: error }, 'the time of departure could not be stored');
    }
  }

  async tellOf(user: UserRecord): Promise<void> {
    await this.tell(user, await this.myGroups.listIds(user._id));
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
    this.arm(user);
  }

  /** Everyone is told again when what the user chose ends by itself. */
  private arm(user: UserRecord): void {
    this.disarm(user._id);
    const endsAt = this.users.nextEndOfChoice(user);
    if (endsAt === null || !this.here.has(user._id)) return;
    const leftMs = endsAt.getTime() - this.clock.now().getTime();
    const timer = setTimeout(
      () => {
        this.unawaited(this.end(user._id, endsAt), 'the end of a choice');
      },
      Math.min(leftMs, maxTimerMs),
    );
    this.endings.set(user._id, timer.unref());
  }

  private disarm(userId: UserId): void {
    clearTimeout(this.endings.get(userId));
    this.endings.delete(userId);
  }

  private async end(userId: UserId, endsAt: Date): Promise<void> {
    const user = await this.users.requireById(userId);
    if (this.clock.now() < endsAt) this.arm(user);
    else await this.tellOf(user);
  }

  private unawaited(work: Promise<void>, what: string): void {
    work.catch((error: unknown) => {
      // Nobody waits for it, and whoever asks for a profile is told the truth all the same.
      this.logger.warn({ err: error }, `${what} could not be announced`);
    });
  }
}
