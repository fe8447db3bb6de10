import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { PresenceAudience } from '../users/user-presence.js';
import type { UserRecord } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { Audience } from './audience.js';
import type { Connection, WireEvent } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { RemoteConnections } from './remote-connections.js';
import { groupsIn } from './rooms.js';

const maxDeparturesTogether = 1000;
/** Timers do not reach further (Node: 2^31 - 1 ms). */
const maxTimerMs = 2_147_483_647;

/** Who is there, over all devices; told to those who share a group that is not too large. */
@Injectable()
export class PresenceNews extends PresenceAudience implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(PresenceNews.name);
  /** Who has come to this node, and not yet left it. */
  private readonly here = new Set<UserId>();
  /** Who has left this node while he was said to be connected to another one: that may have thought the same of this one. */
  private readonly passedOver = new Set<UserId>();
  private isRetired = false;
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
    private readonly remote: RemoteConnections,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Whoever was connected to a node that is gone has left; each node tells those who are connected to it. */
  onModuleInit(): void {
    this.remote.onGone((userIds) => {
      const leftIds = userIds.filter((userId) => !this.here.has(userId));
      this.unawaited(this.tellGone(leftIds), 'the end of another node');
    });
    this.remote.onLastGone((userId, isToBeTold) => {
      if (this.passedOver.delete(userId) && isToBeTold && !this.here.has(userId))
        this.unawaited(this.leave(userId), 'a departure');
    });
  }

  /** A connection is through: if it is the user's first, he has come. */
  arrived(connection: Connection): void {
    const { userId } = connection.state.actor;
    const wasElsewhere = this.remote.count(userId) > 0;
    this.noteCount(userId);
    if (this.here.has(userId)) return;
    this.here.add(userId);
    this.passedOver.delete(userId);
    this.unawaited(
      this.users.requireById(userId).then((user) => {
        if (!wasElsewhere) return this.tell(user, groupsIn(connection.rooms));
        this.arm(user);
        return undefined;
      }),
      'an arrival',
    );
  }

  /** A connection is gone: if it was the user's last, he has left, whatever groups it received. */
  departed({ state }: Connection): void {
    const { userId } = state.actor;
    if (this.isRetired) return;
    this.noteCount(userId);
    if (this.connections.ofUser(userId).length > 0 || !this.here.delete(userId)) return;
    this.disarm(userId);
    if (this.remote.count(userId) > 0) {
      this.passedOver.add(userId);
      return;
    }
    this.unawaited(this.leave(userId), 'a departure');
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.retire();
  }

  /**
   * The node stops: whoever is here was last seen now. One write for all, while there is still a database. Their
   * connections end after this, each without news of its own: most come back at once to other nodes, which tell of those
   * who did not when this one has signed off.
   */
  async retire(): Promise<void> {
    this.isRetired = true;
    const ids = [...this.here];
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

  /** One after the other: they may be thousands. */
  private async tellGone(userIds: readonly UserId[]): Promise<void> {
    for (const userId of userIds) {
      await this.recordLastSeen(userId);
      const [user, groupIds] = await Promise.all([this.users.requireById(userId), this.myGroups.listIds(userId)]);
      const audience = await this.audience.smallRooms(groupIds);
      this.connections.send(audience, this.newsOf(user), { isVolatile: true });
      await this.audience.tellGone(userId, groupIds);
    }
  }

  private noteCount(userId: UserId): void {
    this.remote.noteOwn(userId, this.connections.ofUser(userId).length);
  }

  private async tell(user: UserRecord, groupIds: readonly GroupId[]): Promise<void> {
    const audience = await this.audience.smallRooms(groupIds);
    this.connections.sendEverywhere(audience, this.newsOf(user), { isVolatile: true });
    this.arm(user);
  }

  private newsOf(user: UserRecord): WireEvent {
    const { id, presence, statusText, lastSeenAt } = this.users.publicView(user);
    return { event: 'presence', payload: { userId: id, presence, statusText, lastSeenAt } };
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
