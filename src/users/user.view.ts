import { ApiProperty } from '@nestjs/swagger';

import type { OwnUserView, Presence, PresenceChoice, PublicUserView, UserRole } from '../../contract/views.js';
import type { AttachmentUrls } from '../common/attachment-urls.js';
import type { UserRecord } from './user.schema.js';

/** What everyone signed in may see of a user. */
export class PublicUser implements PublicUserView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'ada' }) username!: string;
  @ApiProperty({ example: 'Ada Lovelace' }) displayName!: string;
  @ApiProperty({ type: String, nullable: true }) avatarUrl!: string | null;
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
  @ApiProperty({ enum: ['online', 'away', 'dnd'], description: 'What I chose to be seen as while I am connected' })
  presenceChoice!: PresenceChoice;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When that choice ends by itself' })
  presenceUntil!: string | null;
}

/** How someone is there now. */
type SeenAs = Pick<PublicUserView, 'presence' | 'statusText'>;

export function toPublicUser(user: UserRecord, { presence, statusText }: SeenAs, urls: AttachmentUrls): PublicUserView {
  return {
    id: user._id,
    username: user.username,
    displayName: user.displayName,
    avatarUrl: user.avatarAttachmentId ? urls.content(user.avatarAttachmentId) : null,
    role: user.role,
    presence,
    statusText,
    lastSeenAt: presence === 'offline' ? (user.lastSeenAt?.toISOString() ?? null) : null,
    isBot: user.isBot,
    createdAt: user.createdAt.toISOString(),
  };
}

export function toOwnUser(
  user: UserRecord,
  seenAs: SeenAs,
  chosen: Pick<UserRecord, 'presenceChoice' | 'presenceUntil'>,
  urls: AttachmentUrls,
): OwnUserView {
  return {
    ...toPublicUser(user, seenAs, urls),
    email: user.email,
    isActive: user.isActive,
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
    presenceChoice: chosen.presenceChoice,
    presenceUntil: chosen.presenceUntil?.toISOString() ?? null,
  };
}
