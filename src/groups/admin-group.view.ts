import { ApiProperty } from '@nestjs/swagger';

import type { AdminGroupView } from '../../contract/views.js';
import type { GroupRecord } from './group.schema.js';
import { Group, toGroupView } from './group.view.js';

/** What an admin sees of a group. */
export class AdminGroup extends Group implements AdminGroupView {
  @ApiProperty({ format: 'uuid' }) createdBy!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null for a direct conversation' })
  ownerId!: string | null;
  @ApiProperty({ type: 'integer', description: 'All that were ever sent' }) messageCount!: number;
  @ApiProperty({ format: 'date-time' }) lastActivityAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was deleted' })
  closedAt!: string | null;
}

export function toAdminGroup(
  group: GroupRecord,
  about: Pick<AdminGroupView, 'ownerId' | 'messageCount'> & { lastActivityAt: Date },
): AdminGroupView {
  return {
    ...toGroupView(group),
    createdBy: group.createdBy,
    ownerId: about.ownerId,
    messageCount: about.messageCount,
    lastActivityAt: about.lastActivityAt.toISOString(),
    closedAt: group.deletedAt?.toISOString() ?? null,
  };
}
