import { Injectable } from '@nestjs/common';

import type { GroupKind, MyGroupView, Page, PublicUserView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import type { GroupId, UserId } from '../common/ids.js';
import { UsersService } from '../users/users.service.js';
import { GroupAccess } from './group-access.js';
import { GroupLog, type LogSummary } from './group-log.js';
import type { GroupRecord } from './group.schema.js';
import { toGroupDetail } from './group.view.js';
import { MembershipsRepository, type ListedMembership } from './memberships.repository.js';
import { toMuteView } from './my-group.view.js';
import { otherMember } from './other-member.js';

const listName = 'my-groups';

/** One of the reader's groups with his place in it. */
export interface Place {
  group: GroupRecord;
  membership: ListedMembership;
}

/** The same with the state of the group's log. */
export interface MyGroup extends Place {
  log: LogSummary;
}

interface Row extends Place {
  activityAt: Date;
}

/** A member's own view of his groups: what is new in them, and how far he has read. */
@Injectable()
export class MyGroupsService {
  constructor(
    private readonly access: GroupAccess,
    private readonly memberships: MembershipsRepository,
    private readonly log: GroupLog,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /**
   * My groups, latest activity first. The pages of one walk all see the order of its beginning (the cursor carries
   * that moment), so a group that becomes active in between is neither skipped nor repeated.
   */
  async list(actor: Actor, query: { kind?: GroupKind; limit: number; cursor?: string }): Promise<Page<MyGroupView>> {
    const list = listOf(listName, actor.userId);
    const [asOf, atMs, lastId] =
      query.cursor === undefined
        ? [this.clock.now(), undefined, undefined]
        : decodeCursor(list, query.cursor, ['time', 'number', 'string']);
    const rows = (await this.rowsByActivity(actor.userId, asOf))
      .filter(({ group }) => query.kind === undefined || group.kind === query.kind)
      .filter((row) => atMs === undefined || isBehind(row, atMs, lastId));
    const page = toPage(
      rows.slice(0, query.limit + 1),
      query.limit,
      (row) => row,
      (row) => encodeCursor(list, [asOf, row.activityAt.getTime(), row.group._id]),
    );
    return { ...page, items: await this.toViews(actor.userId, page.items) };
  }

  /** The ids of all groups that a user belongs to. */
  async listIds(userId: UserId): Promise<GroupId[]> {
    return (await this.listPlaces(userId)).map(({ group }) => group._id);
  }

  /** All groups of a user with his place in each. */
  async listPlaces(userId: UserId): Promise<Place[]> {
    const memberships = await this.memberships.listOfUser(userId);
    const groups = await this.access.findGroups(memberships.map(({ groupId }) => groupId));
    return memberships.flatMap((membership) => {
      const group = groups.get(membership.groupId);
      return group === undefined ? [] : [{ group, membership }];
    });
  }

  /** The same places with the state of the groups' logs as of now. */
  async withLogs(userId: UserId, places: readonly Place[]): Promise<MyGroup[]> {
    const summaries = await this.log.summarize(
      userId,
      places.map(({ membership }) => membership),
    );
    return places.flatMap((place) => {
      const log = summaries.get(place.group._id);
      return log === undefined ? [] : [{ ...place, log }];
    });
  }

  private async rowsByActivity(userId: UserId, asOf: Date): Promise<Row[]> {
    const places = await this.listPlaces(userId);
    const activity = await this.log.lastActivity(
      places.map(({ group }) => group._id),
      asOf,
    );
    return places
      .map((place) => ({ ...place, activityAt: activity.get(place.group._id) ?? place.group.createdAt }))
      .sort(latestFirst);
  }

  private async toViews(userId: UserId, rows: readonly Row[]): Promise<MyGroupView[]> {
    const groupIds = rows.map(({ group }) => group._id);
    const [summaries, lastMessages, otherUsers] = await Promise.all([
      this.log.summarize(
        userId,
        rows.map(({ membership }) => membership),
      ),
      this.log.lastMessages(userId, groupIds),
      this.otherUsers(userId, rows),
    ]);
    const now = this.clock.now();
    return rows.flatMap(({ group, membership, activityAt }) => {
      const log = summaries.get(group._id);
      if (log === undefined) return [];
      const detail = toGroupDetail(group, {
        role: membership.role,
        otherUser: otherUsers.get(group._id) ?? null,
      });
      return [
        {
          ...detail,
          role: membership.role,
          lastSeq: log.lastSeq,
          rev: log.rev,
          lastReadSeq: membership.lastReadSeq,
          unreadCount: log.unreadCount,
          unreadCapped: log.unreadCapped,
          mentionCount: log.mentionCount,
          lastMessage: lastMessages.get(group._id) ?? null,
          lastActivityAt: activityAt.toISOString(),
          ...toMuteView(membership, now),
        },
      ];
    });
  }

  private async otherUsers(userId: UserId, rows: readonly Row[]): Promise<Map<GroupId, PublicUserView>> {
    const pairs = rows.flatMap(({ group }) => {
      const other = otherMember(group, userId);
      return other === null ? [] : [[group._id, other] as const];
    });
    const users = await this.users.findByIds(pairs.map(([, other]) => other));
    return new Map(
      pairs.flatMap(([groupId, other]) => {
        const user = users.get(other);
        return user === undefined ? [] : [[groupId, this.users.publicView(user)] as const];
      }),
    );
  }
}

function latestFirst(a: Row, b: Row): number {
  return b.activityAt.getTime() - a.activityAt.getTime() || (a.group._id < b.group._id ? 1 : -1);
}

function isBehind(row: Row, atMs: number, lastId: string | undefined): boolean {
  const rowMs = row.activityAt.getTime();
  return rowMs < atMs || (rowMs === atMs && lastId !== undefined && row.group._id < lastId);
}
