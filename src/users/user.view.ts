import { ApiProperty } from '@nestjs/swagger';

import type { OwnUserView, PublicUserView, UserRole } from '../../contract/views.js';
import type { UserRecord } from './user.schema.js';

/** What everyone signed in may see of a user. */
export class PublicUser implements PublicUserView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'ada' }) username!: string;
  @ApiProperty({ example: 'Ada Lovelace' }) displayName!: string;
  @ApiProperty({ enum: ['user', 'admin'] }) role!: UserRole;
  @ApiProperty() isBot!: boolean;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}

/** What a user sees of himself. */
export class OwnUser extends PublicUser implements OwnUserView {
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' }) email!: string | null;
  @ApiProperty() isActive!: boolean;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) lastLoginAt!: string | null;
}

export function toPublicUser(user: UserRecord): PublicUserView {
  return {
    id: user._id,
    username: user.username,
    displayName: user.displayName,
    role: user.role,
    isBot: user.isBot,
    createdAt: user.createdAt.toISOString(),
  };
}

export function toOwnUser(user: UserRecord): OwnUserView {
  return {
    ...toPublicUser(user),
    email: user.email,
    isActive: user.isActive,
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  };
}
