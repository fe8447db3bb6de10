import { Injectable } from '@nestjs/common';

import type { GroupKind, MyGroupView, Page, ReadMarkerView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeCursor, encodeCursor, toPage } from '../common/cursor.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { UserRecord } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { GroupAccess } from './group-access.js';
import { GroupLog, type LogSummary } from './group-log.js';
import type { GroupRecord } from './group.schema.js';
import { toGroupDetail } from './group.view.js';
import { GroupsRepository } from './groups.repository.js';
import { otherMember } from './groups.service.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

const listName = 'my-groups';
const summaryBatch = 100;

/** One of the reader's groups with his place in it and the state of its log. */
export interface MyGroup {
  group: GroupRecord;
  membership: MembershipRecord;
  log: LogSummary;
}

interface Row {
  group: GroupRecord;
  membership: MembershipRecord;
  activityAt: Date;
}

/** A member's own view of his groups: what is new in them, and how far he has read. */
@Injectable()
export class MyGroupsService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly access: GroupAccess,
    private readonly log: GroupLog,
    private readonly users: UsersService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * My groups, latest activity first. The pages of one walk all see the order of its beginning (the cursor carries
   * that moment), so a group that becomes active in between is neither skipped nor repeated.
   */
  async list(actor: Actor, query: { kind?: GroupKind; limit: number; cursor?: string }): Promise<Page<MyGroupView>> {
    const [asOfMs, atMs, lastId] =
      query.cursor === undefined
        ? [this.clock.now().getTime(), undefined, undefined]
        : decodeCursor(listName, query.cursor, ['number', 'number', 'string']);
    const rows = (await this.rowsByActivity(actor.userId, new Date(asOfMs)))
      .filter(({ group }) => query.kind === undefined || group.kind === query.kind)
      .filter((row) => atMs === undefined || isBehind(row, atMs, lastId));
    const page = toPage(
      rows.slice(0, query.limit + 1),
      query.limit,
      (row) => row,
      (row) => encodeCursor(listName, [asOfMs, row.activityAt.getTime(), row.group._id]),
    );
    return { ...page, items: await this.toViews(actor.userId, page.items) };
  }

  /** The ids of all groups that a user belongs to. */
  async listIds(userId: UserId): Promise<GroupId[]> {
    const memberships = await this.memberships.listOfUser(userId);
    const groups = await this.groups.findByIds(memberships.map(({ groupId }) => groupId));
    return groups.map((group) => group._id);
  }

  /** All groups of a user with the state of their logs. */
  async listAll(userId: UserId): Promise<MyGroup[]> {
    const memberships = await this.memberships.listOfUser(userId);
    const groups = new Map(
      (await this.groups.findByIds(memberships.map(({ groupId }) => groupId))).map((group) => [group._id, group]),
    );
    const living = memberships.filter(({ groupId }) => groups.has(groupId));
    const all: MyGroup[] = [];
    for (let index = 0; index < living.length; index += summaryBatch) {
      const batch = living.slice(index, index + summaryBatch);
      const summaries = await this.log.summarize(userId, batch);
      for (const membership of batch) {
        const group = groups.get(membership.groupId);
        const log = summaries.get(membership.groupId);
        if (group !== undefined && log !== undefined) all.push({ group, membership, log });
      }
    }
    return all;
  }

  /**
   * Everything up to `seq` has been read. The marker never moves back; a place beyond the log's end means its end.
   *
   * @throws Problem `not_found` or `not_a_member`
   */
  async markRead(actor: Actor, groupId: GroupId, seq: number): Promise<ReadMarkerView> {
    const { membership: before } = await this.access.require(actor, groupId, 'read');
    const { lastSeq } = await this.log.findEnd(groupId);
    const now = this.clock.now();
    const membership = await this.memberships.advanceRead(groupId, actor.userId, Math.min(seq, lastSeq), now);
    if (membership === null) throw new Problem('not_a_member', 'You are not a member of this group.');
    const marker: ReadMarkerView = {
      groupId,
      userId: actor.userId,
      seq: membership.lastReadSeq,
      at: (membership.lastReadAt ?? before.joinedAt).toISOString(),
    };
    if (membership.lastReadAt?.getTime() === now.getTime()) this.events.publish('marker.read', marker);
    return marker;
  }

  private async rowsByActivity(userId: UserId, asOf: Date): Promise<Row[]> {
    const memberships = await this.memberships.listOfUser(userId);
    const ids = memberships.map(({ groupId }) => groupId);
    const groups = new Map((await this.groups.findByIds(ids)).map((group) => [group._id, group]));
    const activity = await this.log.lastActivity([...groups.keys()], asOf);
    const rows = memberships.flatMap((membership): Row[] => {
      const group = groups.get(membership.groupId);
      if (group === undefined) return [];
      return [{ group, membership, activityAt: activity.get(group._id) ?? group.createdAt }];
    });
    return rows.sort(latestFirst);
  }

  private async toViews(userId: UserId, rows: readonly Row[]): Promise<MyGroupView[]> {
    const [summaries, memberCounts, otherUsers] = await Promise.all([
      this.log.summarize(
        userId,
        rows.map(({ membership }) => membership),
      ),
      this.memberships.countMany(rows.map(({ group }) => group._id)),
      this.otherUsers(userId, rows),
    ]);
    return rows.flatMap(({ group, membership, activityAt }) => {
      const log = summaries.get(group._id);
      if (log === undefined) return [];
      const detail = toGroupDetail(group, {
        memberCount: memberCounts.get(group._id) ?? 0,
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
          lastMessage: log.lastMessage,
          lastActivityAt: activityAt.toISOString(),
        },
      ];
    });
  }

  private async otherUsers(userId: UserId, rows: readonly Row[]): Promise<Map<GroupId, UserRecord>> {
    const pairs = rows.flatMap(({ group }) => {
      const other = otherMember(group, userId);
      return other === null ? [] : [[group._id, other] as const];
    });
    const users = await this.users.findByIds(pairs.map(([, other]) => other));
    return new Map(
      pairs.flatMap(([groupId, other]) => {
        const user = users.get(other);
        return user === undefined ? [] : [[groupId, user] as const];
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
