import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import type { DashboardCounts, TopGroup } from '../../contract/dashboard.js';
import { Clock } from '../common/clock.js';
import type { GroupId } from '../common/ids.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { GroupLog } from '../groups/group-log.js';
import { GroupTotalsService } from '../groups/group-totals.service.js';
import { MessageTotalsRepository } from '../messages/message-totals.repository.js';
import { UsersService } from '../users/users.service.js';
import { percent, round } from './grading.js';

const minPauseMs = 60_000;
/** Counting takes at most one part in so many of the time, however large the database is. */
const pausePerTime = 100;
const dayMs = 86_400_000;
const topGroups = 10;
/** Some of the largest may be closed. */
const lookedAt = 50;

/** What is in the database: counted in the background when somebody looks, seldom, and kept. */
@Injectable()
export class DatabaseCounts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DatabaseCounts.name);
  private latest: DashboardCounts | null = null;
  private counting: Promise<void> | undefined;
  private nextAt = 0;

  constructor(
    private readonly messages: MessageTotalsRepository,
    private readonly groups: GroupTotalsService,
    private readonly users: UsersService,
    private readonly log: GroupLog,
    private readonly telemetry: Telemetry,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.telemetry.isOn) this.recent();
  }

  /** What is being counted is counted to its end: the connection closes behind this. */
  async beforeApplicationShutdown(): Promise<void> {
    this.nextAt = Infinity;
    await this.counting;
  }

  /** As last counted; what is older than a minute is counted again meanwhile, for the next who asks. */
  recent(): DashboardCounts | null {
    if (this.counting === undefined && this.now() >= this.nextAt) {
      this.counting = this.refresh().finally(() => {
        this.counting = undefined;
      });
    }
    return this.latest;
  }

  private async refresh(): Promise<void> {
    const startedAt = this.now();
    try {
      this.latest = await this.count();
    } catch (error) {
      // What was counted before stays, with its time beside it; that the database is gone is told elsewhere.
      this.logger.warn({ err: error }, 'the database could not be counted');
    }
    const now = this.now();
    this.nextAt = now + Math.max(minPauseMs, (now - startedAt) * pausePerTime);
  }

  private async count(): Promise<DashboardCounts> {
    const at = this.clock.now();
    const since = new Date(at.getTime() - dayMs);
    // One after the other: it has time, and those who work have not.
    const messages = await this.messages.countAll();
    const deleted = Math.min(messages, await this.messages.countDeleted());
    const messagesIn24h = await this.messages.countSince(since);
    const groups = await this.groups.count();
    const groupsIn24h = await this.groups.countSince(since);
    return {
      countedAt: at.toISOString(),
      groups,
      users: await this.users.countAll(),
      messages,
      activeMessages: messages - deleted,
      deletedMessages: deleted,
      deletionRatePercent: percent(deleted, messages),
      messagesPerGroup: groups === 0 ? 0 : round(messages / groups),
      messagesIn24h,
      groupsIn24h,
      topGroups: await this.listTop(at),
    };
  }

  private async listTop(asOf: Date): Promise<TopGroup[]> {
    const largest = await this.messages.listLargest(lookedAt);
    const titles = await this.groups.titlesOf(largest.map(({ groupId }) => groupId));
    const top = largest.filter(({ groupId }) => titles.has(groupId)).slice(0, topGroups);
    const activity = await this.log.lastActivity(
      top.map(({ groupId }) => groupId),
      asOf,
    );
    return top.flatMap(({ groupId, messages }) => {
      const title = titles.get(groupId);
      return title === undefined ? [] : [{ ...title, messages, lastActivityAt: timeOf(activity, groupId) }];
    });
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function timeOf(activity: ReadonlyMap<GroupId, Date>, groupId: GroupId): string | null {
  return activity.get(groupId)?.toISOString() ?? null;
}
