import { ApiProperty } from '@nestjs/swagger';

import type { OwnUserView, Presence, PublicUserView, UserRole } from '../../contract/views.js';
import type { UserRecord } from './user.schema.js';

/** What everyone signed in may see of a user. */
export class PublicUser implements PublicUserView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'ada' }) username!: string;
  @ApiProperty({ example: 'Ada Lovelace' }) displayName!: string;
  @ApiProperty({ enum: ['user', 'admin'] }) role!: UserRole;
  @ApiProperty({ enum: ['online', 'away', 'dnd', 'offline'] }) presence!: Presence;
  @ApiProperty({ type: String, nullable: true }) statusText!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) lastSeenAt!: string | null;
  @ApiProperty() isBot!: boolean;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}

/** What a user sees of himself. */
export class OwnUser extends PublicUser implements OwnUserView {
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' }) email!: string | null;
  @ApiProperty() isActive!: boolean;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) lastLoginAt!: string | null;
}

export function toPublicUser(user: UserRecord, presence: Presence): PublicUserView {
  return {
    id: user._id,
    username: user.username,
    displayName: user.displayName,
    role: user.role,
    presence,
    statusText: user.statusText,
    lastSeenAt: presence === 'offline' ? (user.lastSeenAt?.toISOString() ?? null) : null,
    isBot: user.isBot,
    createdAt: user.createdAt.toISOString(),
  };
}

export function toOwnUser(user: UserRecord, presence: Presence): OwnUserView {
  return {
    ...toPublicUser(user, presence),
    email: user.email,
    isActive: user.isActive,
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  };
}
