import { ApiProperty } from '@nestjs/swagger';

import type { GroupKind, InvitePreviewView, InviteView } from '../../contract/views.js';
import type { GroupRecord } from './group.schema.js';
import type { InviteRecord } from './invite.schema.js';

export class Invite implements InviteView {
  @ApiProperty({ example: 'mJ1nSUuXQvGkO3V0n9Qm3A' }) code!: string;
  @ApiProperty({ example: 'https://chat.example.org/api/v1/invites/mJ1nSUuXQvGkO3V0n9Qm3A' }) url!: string;
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ format: 'uuid' }) createdBy!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: never' })
  expiresAt!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'null: any number' }) maxUses!: number | null;
  @ApiProperty({ type: 'integer' }) uses!: number;
}

/** The group as those see it who have an invitation to it. */
export class InvitedGroup {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['group', 'channel'] }) kind!: GroupKind;
  @ApiProperty({ type: String, nullable: true, example: 'Engines' }) name!: string | null;
  @ApiProperty() description!: string;
  @ApiProperty({ type: 'integer' }) memberCount!: number;
}

export class InvitePreview implements InvitePreviewView {
  @ApiProperty({ type: InvitedGroup }) group!: InvitedGroup;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) expiresAt!: string | null;
}

/** @param apiUrl where clients reach the API, without a trailing slash */
export function toInviteView(invite: InviteRecord, apiUrl: string): InviteView {
  return {
    code: invite._id,
    url: `${apiUrl}/invites/${invite._id}`,
    groupId: invite.groupId,
    createdBy: invite.createdBy,
    createdAt: invite.createdAt.toISOString(),
    expiresAt: invite.expiresAt?.toISOString() ?? null,
    maxUses: invite.maxUses,
    uses: invite.uses,
  };
}

export function toInvitePreview(invite: InviteRecord, group: GroupRecord): InvitePreviewView {
  const { _id: id, kind, name, description, memberCount } = group;
  return {
    group: { id, kind, name, description, memberCount },
    expiresAt: invite.expiresAt?.toISOString() ?? null,
  };
}
