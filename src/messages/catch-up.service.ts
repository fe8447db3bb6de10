import { Injectable } from '@nestjs/common';

import type { GroupChanges, SyncAnswer } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { LogPosition, SyncRequest } from '../../contract/requests.js';
import type { ChangesView, MessageView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { requireUuid, type GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess } from '../groups/group-access.js';
import type { GroupRecord } from '../groups/group.schema.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { LogRepository } from './log/log.repository.js';
import { MessageViewsService } from './message-views.service.js';
import { MessagesRepository } from './messages.repository.js';

/** What changed since a client was last here: all of it, or an explicit `reset`. There is no time window. */
@Injectable()
export class CatchUpService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly access: GroupAccess,
    private readonly myGroups: MyGroupsService,
    private readonly views: MessageViewsService,
  ) {}

  /**
   * The changes of one group after `since`, in `rev` order, each message in its latest state.
   *
   * @param position where the client stands; without an epoch it is taken to know this log
   * @throws Problem `not_found` or `not_a_member`
   */
  async changes(
    actor: Actor,
    groupId: GroupId,
    position: { rev: number; epoch?: string | undefined },
    limit: number,
  ): Promise<ChangesView> {
    return this.changesOf(actor, groupId, position, limit);
  }

  /**
   * The same for many groups at once, and which groups came and went. What does not fit is marked by `hasMore`.
   *
   * @throws Problem `validation_failed` when a key is not a group id
   */
  async sync(actor: Actor, { groups: known = {}, limit = limits.sync.defaultLimit }: SyncRequest): Promise<SyncAnswer> {
    const mine = new Set(await this.myGroups.listIds(actor.userId));
    // Ids are taken in either case, so two keys may name one group.
    const positions = new Map(
      Object.entries(known).map(([id, { rev, epoch }]) => [
        requireUuid(id, 'groups') as GroupId,
        { rev, epoch: epoch.toLowerCase() },
      ]),
    );
    if (positions.size === 0) return { groups: await this.overview(actor), joined: [...mine], left: [] };
    const room = { bytes: limits.sync.maxBytes };
    const groups: GroupChanges[] = [];
    for (const [groupId, position] of positions) {
      if (!mine.has(groupId)) continue;
      try {
        groups.push(await this.groupChanges(actor, groupId, position, limit, room));
      } catch (error) {
        if (!isGone(error)) throw error;
        mine.delete(groupId);
      }
    }
    return {
      groups,
      joined: [...mine].filter((groupId) => !positions.has(groupId)),
      left: [...positions.keys()].filter((groupId) => !mine.has(groupId)),
    };
  }

  private async groupChanges(
    actor: Actor,
    groupId: GroupId,
    position: LogPosition,
    limit: number,
    room: { bytes: number },
  ): Promise<GroupChanges> {
    if (room.bytes <= 0) {
      const { group } = await this.access.require(actor, groupId, 'read');
      return { groupId, epoch: group.epoch, rev: position.rev, changes: [], hasMore: true, reset: false };
    }
    const { items, ...rest } = await this.changesOf(actor, groupId, position, limit);
    const fitting = takeFitting(items, room);
    if (fitting.length === items.length) return { groupId, ...rest, changes: items };
    return { groupId, ...rest, changes: fitting, rev: fitting.at(-1)?.rev ?? position.rev, hasMore: true };
  }

  private async overview(actor: Actor): Promise<GroupChanges[]> {
    const places = await this.myGroups.listPlaces(actor.userId);
    const all = await this.myGroups.withLogs(actor.userId, places);
    return all.map(({ group, log }) => ({
      groupId: group._id,
      epoch: group.epoch,
      rev: log.rev,
      changes: [],
      hasMore: false,
      reset: false,
    }));
  }

  /** Asks for access before and after it reads: what was accepted after a removal does not reach the removed. */
  private async changesOf(
    actor: Actor,
    groupId: GroupId,
    position: { rev: number; epoch?: string | undefined },
    limit: number,
  ): Promise<ChangesView> {
    const { group } = await this.access.require(actor, groupId, 'read');
    const changes = await this.readChanges(actor, group, position, limit);
    await this.access.require(actor, groupId, 'read');
    return changes;
  }

  private async readChanges(
    actor: Actor,
    group: GroupRecord,
    { rev: since, epoch }: { rev: number; epoch?: string | undefined },
    limit: number,
  ): Promise<ChangesView> {
    const end = await this.log.findEnd(group._id);
    if ((epoch !== undefined && epoch !== group.epoch) || since > end.rev) {
      return { items: [], rev: end.rev, epoch: group.epoch, hasMore: false, reset: true };
    }
    if (since === end.rev) return { items: [], rev: since, epoch: group.epoch, hasMore: false, reset: false };
    const rows = await this.messages.listChanges(group._id, since, limit + 1);
    const shown = rows.slice(0, limit);
    return {
      items: await this.views.listForUser(actor.userId, shown),
      rev: shown.at(-1)?.rev ?? since,
      epoch: group.epoch,
      hasMore: rows.length > limit,
      reset: false,
    };
  }
}

/** Whether a group stopped to be one of the actor's while he asked for it. */
function isGone(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'not_a_member' || error.code === 'not_found');
}

/** As many of the items as there is room for; at least one, so that every call gets further. */
function takeFitting(items: readonly MessageView[], room: { bytes: number }): MessageView[] {
  const fitting: MessageView[] = [];
  for (const item of items) {
    if (room.bytes <= 0 && fitting.length > 0) break;
    room.bytes -= Buffer.byteLength(item.content ?? '') + overheadBytes;
    fitting.push(item);
  }
  return fitting;
}

/** About what a message takes on the wire besides its text. */
const overheadBytes = 700;
