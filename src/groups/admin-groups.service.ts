import { Injectable } from '@nestjs/common';

import type { AdminGroupSort, AdminGroupView, GroupKind, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeCursor, encodeCursor, toCursorTime, toPage } from '../common/cursor.js';
import type { GroupId } from '../common/ids.js';
import { AdminAccess } from '../users/admin-access.js';
import { toAdminGroup } from './admin-group.view.js';
import { GroupLog } from './group-log.js';
import { GroupsRepository, type AdminGroupFilter } from './groups.repository.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Which groups an admin wants to see, and in which order. */
interface AdminGroupsQuery {
  q: string;
  kind?: GroupKind;
  isActive?: boolean;
  sort: AdminGroupSort;
  limit: number;
  cursor?: string;
}

/** A group's place in a list: a number that it is sorted by (a time in milliseconds, or a size), highest first. */
interface Place {
  id: GroupId;
  value: number;
}

const batch = 1000;

/** What admins see of groups: that they are there and how large; not who is in them, nor what is said. */
@Injectable()
export class AdminGroupsService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly log: GroupLog,
    private readonly access: AdminAccess,
    private readonly clock: Clock,
  ) {}

  /**
   * All groups, newest, largest or latest active first. Groups that grow or shrink during a walk by size move in it; a
   * walk by activity sees the order of its beginning.
   *
   * @throws Problem `forbidden`, `validation_failed` for a cursor of another order
   */
  async list(actor: Actor, query: AdminGroupsQuery): Promise<Page<AdminGroupView>> {
    await this.access.require(actor);
    const { sort, limit, cursor, q, kind, isActive } = query;
    const listName = `admin-groups-by-${sort}`;
    const [asOf, value, id] =
      cursor === undefined
        ? [this.clock.now(), null, null]
        : decodeCursor(listName, cursor, ['time', 'number', 'string']);
    const after = value === null ? null : { value, id: id as GroupId };
    const places = await this.placesBy(sort, { prefix: q, kind, isActive }, asOf, after, limit + 1);
    const page = toPage(
      places,
      limit,
      (place) => place.id,
      (place) => encodeCursor(listName, [asOf, place.value, place.id]),
    );
    return { ...page, items: await this.toViews(page.items) };
  }

  private async placesBy(
    sort: AdminGroupSort,
    filter: AdminGroupFilter,
    asOf: Date,
    after: Place | null,
    limit: number,
  ): Promise<Place[]> {
    if (sort === 'activity') return this.placesByActivity(filter, asOf, after, limit);
    if (sort === 'size') {
      const rows = await this.groups.listForAdmin(filter, 'memberCount', after, limit);
      return rows.map(({ _id: id, memberCount: value }) => ({ id, value }));
    }
    const place = after === null ? null : { id: after.id, value: toCursorTime(after.value) };
    const rows = await this.groups.listForAdmin(filter, 'createdAt', place, limit);
    return rows.map(({ _id: id, createdAt }) => ({ id, value: createdAt.getTime() }));
  }

  /** Activity stands in the logs, so those of all groups are looked at for it, each at its end only. */
  private async placesByActivity(
    filter: AdminGroupFilter,
    asOf: Date,
    after: Place | null,
    limit: number,
  ): Promise<Place[]> {
    const places: Place[] = [];
    let place: { value: Date; id: GroupId } | null = null;
    do {
      const rows = await this.groups.listForAdmin(filter, 'createdAt', place, batch);
      const ids = rows.map(({ _id }) => _id);
      const activity = await this.log.lastActivity(ids, asOf);
      places.push(...rows.map(({ _id: id, createdAt }) => ({ id, value: (activity.get(id) ?? createdAt).getTime() })));
      const last = rows.at(-1);
      place = rows.length < batch || last === undefined ? null : { value: last.createdAt, id: last._id };
    } while (place !== null);
    return places
      .sort(highestFirst)
      .filter((one) => after === null || highestFirst(after, one) < 0)
      .slice(0, limit);
  }

  private async toViews(ids: readonly GroupId[]): Promise<AdminGroupView[]> {
    const [groups, owners, activity, ends] = await Promise.all([
      this.groups.findByIdsForAdmin(ids),
      this.memberships.ownersOf(ids),
      this.log.lastActivity(ids, this.clock.now()),
      this.log.listEnds(ids),
    ]);
    const found = new Map(groups.map((group) => [group._id, group]));
    return ids.flatMap((id) => {
      const group = found.get(id);
      if (group === undefined) return [];
      return [
        toAdminGroup(group, {
          ownerId: owners.get(id) ?? null,
          messageCount: ends.get(id)?.lastSeq ?? 0,
          lastActivityAt: activity.get(id) ?? group.createdAt,
        }),
      ];
    });
  }
}

function highestFirst(one: Place, other: Place): number {
  return other.value - one.value || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}
