import { Injectable } from '@nestjs/common';

import type { MarkerView, Page, ReadStateView, ReceiptView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeOptionalCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import { withKnownResult } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess } from './group-access.js';
import { GroupLog } from './group-log.js';
import { MarkerFloorsService } from './marker-floors.service.js';
import { markerFields, toReadState, toReceipt } from './marker.view.js';
import type { MarkerKind } from './membership.schema.js';
import { MembershipsRepository, type MarkerAdvance } from './memberships.repository.js';

const readStateList = 'read-state';
const receiptsList = 'receipts';

/** How far members have read and have been delivered. Markers only move forward. */
@Injectable()
export class MarkersService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly access: GroupAccess,
    private readonly log: GroupLog,
    private readonly floors: MarkerFloorsService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Everything up to `seq` has been read, or delivered; what is read has been delivered. A place beyond the log's end
   * means its end.
   *
   * @throws Problem `not_found` or `not_a_member`
   */
  async move(actor: Actor, groupId: GroupId, kind: MarkerKind, seq: number): Promise<MarkerView> {
    const { group, membership: before } = await this.access.require(actor, groupId, 'read');
    const { lastSeq } = await this.log.findEnd(groupId);
    const now = this.clock.now();
    const place = Math.min(seq, lastSeq);
    const { membership, moved } = await this.advance(groupId, actor.userId, kind, place, now).finally(() => {
      // Also when the answer of the database was lost: it may have moved.
      this.floors.markerMoved(groupId, actor.userId);
    });
    if (membership === null) throw new Problem('not_a_member', 'You are not a member of this group.');
    const { seq: reached, at } = markerFields(membership, kind);
    const marker: MarkerView = {
      groupId,
      userId: actor.userId,
      seq: reached,
      at: (at ?? before.joinedAt).toISOString(),
    };
    if (moved) {
      const { memberCount } = group;
      this.events.publish(kind === 'read' ? 'marker.read' : 'marker.delivered', { marker, memberCount });
    }
    return marker;
  }

  /** Every member's markers. @throws Problem `not_found` or `not_a_member` */
  async readState(
    actor: Actor,
    groupId: GroupId,
    query: { limit: number; cursor?: string },
  ): Promise<Page<ReadStateView>> {
    await this.access.require(actor, groupId, 'read');
    const list = listOf(readStateList, groupId);
    const [after] = decodeOptionalCursor(list, query.cursor, ['string']) ?? [];
    const rows = await this.memberships.listOfGroup(groupId, { after }, query.limit + 1);
    return toPage(rows, query.limit, toReadState, (row) => encodeCursor(list, [row.userId]));
  }

  /** Who of the others has the message at this place, and since when. The caller has asked for access. */
  async receipts(
    groupId: GroupId,
    message: { seq: number; senderId: UserId },
    query: { limit: number; cursor?: string },
  ): Promise<Page<ReceiptView>> {
    const list = listOf(receiptsList, groupId, String(message.seq));
    const [after] = decodeOptionalCursor(list, query.cursor, ['string']) ?? [];
    const rows = await this.memberships.listDelivered(groupId, message, after, query.limit + 1);
    return toPage(
      rows,
      query.limit,
      (row) => toReceipt(row, message.seq),
      (row) => encodeCursor(list, [row.userId]),
    );
  }

  private async advance(
    groupId: GroupId,
    userId: UserId,
    kind: MarkerKind,
    seq: number,
    at: Date,
  ): Promise<MarkerAdvance> {
    if (kind === 'read') await this.memberships.advance(groupId, userId, 'delivered', seq, at);
    return withKnownResult(
      () => this.memberships.advance(groupId, userId, kind, seq, at),
      async () => {
        const membership = await this.memberships.find(groupId, userId);
        const isMade = membership !== null && markerFields(membership, kind).at?.getTime() === at.getTime();
        return isMade ? { membership, moved: true } : null;
      },
    );
  }
}
