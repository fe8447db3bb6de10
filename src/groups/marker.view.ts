import { ApiProperty } from '@nestjs/swagger';

import type { MarkerView, ReadStateView, ReceiptView } from '../../contract/views.js';
import type { MarkerKind, MarkerMove, MembershipRecord } from './membership.schema.js';

export class Marker implements MarkerView {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ type: 'integer', description: 'Everything up to this place' }) seq!: number;
  @ApiProperty({ format: 'date-time' }) at!: string;
}

export class ReadState implements ReadStateView {
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ type: 'integer' }) deliveredSeq!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) deliveredAt!: string | null;
  @ApiProperty({ type: 'integer' }) readSeq!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readAt!: string | null;
}

export class Receipt implements ReceiptView {
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) deliveredAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readAt!: string | null;
}

/** One marker of a membership. */
export function markerFields(membership: MembershipRecord, kind: MarkerKind): { seq: number; at: Date | null } {
  return kind === 'read'
    ? { seq: membership.lastReadSeq, at: membership.lastReadAt }
    : { seq: membership.lastDeliveredSeq, at: membership.lastDeliveredAt };
}

export function toReadState(membership: MembershipRecord): ReadStateView {
  return {
    userId: membership.userId,
    deliveredSeq: membership.lastDeliveredSeq,
    deliveredAt: membership.lastDeliveredAt?.toISOString() ?? null,
    readSeq: membership.lastReadSeq,
    readAt: membership.lastReadAt?.toISOString() ?? null,
  };
}

export function toReceipt(membership: MembershipRecord, seq: number): ReceiptView {
  return {
    userId: membership.userId,
    deliveredAt: timeOf(membership.deliveredMoves, seq)?.toISOString() ?? null,
    readAt: timeOf(membership.readMoves, seq)?.toISOString() ?? null,
  };
}

/** When a marker passed a place: the first of its moves that reached it. */
function timeOf(moves: readonly MarkerMove[], seq: number): Date | undefined {
  return moves.find((move) => move.seq >= seq)?.at;
}
