import { ApiProperty } from '@nestjs/swagger';

import type { AdminUserView, PublicUserView } from '../../contract/views.js';
import type { UserRecord } from './user.schema.js';
import { PublicUser } from './user.view.js';

/** What an admin sees of a user. */
export class AdminUser extends PublicUser implements AdminUserView {
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' }) email!: string | null;
  @ApiProperty() isActive!: boolean;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) lastLoginAt!: string | null;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When he deleted his account' })
  deletedAt!: string | null;
}

export function toAdminUser(user: UserRecord, publicView: PublicUserView): AdminUserView {
  return {
    ...publicView,
    email: user.email,
    isActive: user.isActive,
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
    updatedAt: user.updatedAt.toISOString(),
    deletedAt: user.deletedAt?.toISOString() ?? null,
  };
}
