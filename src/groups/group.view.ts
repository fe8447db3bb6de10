import { ApiProperty } from '@nestjs/swagger';

import type {
  DiscoveredChannelView,
  GroupDetailView,
  GroupKind,
  GroupView,
  MemberRole,
  MemberView,
  PublicUserView,
} from '../../contract/views.js';
import { PublicUser } from '../users/user.view.js';
import type { GroupRecord } from './group.schema.js';
import type { MembershipRecord } from './membership.schema.js';

/** A group as everyone sees it who may see it at all. */
export class Group implements GroupView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['direct', 'group', 'channel'] }) kind!: GroupKind;
  @ApiProperty({ type: String, nullable: true, example: 'Engines', description: 'null for a direct conversation' })
  name!: string | null;
  @ApiProperty() description!: string;
  @ApiProperty({ type: 'integer' }) memberCount!: number;
  @ApiProperty({ format: 'uuid', description: "Identity of the group's log" }) epoch!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
}

/** A channel in the list of those that anyone may join. */
export class DiscoveredChannel extends Group implements DiscoveredChannelView {
  @ApiProperty({ description: 'Whether I am a member' }) joined!: boolean;
}

/** A group as the one who asks sees it. */
export class GroupDetail extends Group implements GroupDetailView {
  @ApiProperty({ enum: ['owner', 'moderator', 'member'], nullable: true, description: 'My role; null: no member' })
  role!: MemberRole | null;
  @ApiProperty({ type: PublicUser, nullable: true, description: 'The other person of a direct conversation' })
  otherUser!: PublicUser | null;
}

export class Member implements MemberView {
  @ApiProperty({ format: 'uuid' }) groupId!: string;
  @ApiProperty({ type: PublicUser }) user!: PublicUser;
  @ApiProperty({ enum: ['owner', 'moderator', 'member'] }) role!: MemberRole;
  @ApiProperty({ format: 'date-time' }) joinedAt!: string;
}

export function toGroupView(group: GroupRecord): GroupView {
  return {
    id: group._id,
    kind: group.kind,
    name: group.name,
    description: group.description,
    memberCount: group.memberCount,
    epoch: group.epoch,
    createdAt: group.createdAt.toISOString(),
    updatedAt: group.updatedAt.toISOString(),
  };
}

export function toDiscoveredChannel(channel: GroupRecord, joined: boolean): DiscoveredChannelView {
  return { ...toGroupView(channel), joined };
}

export function toGroupDetail(
  group: GroupRecord,
  about: { role: MemberRole | null; otherUser: PublicUserView | null },
): GroupDetailView {
  return {
    ...toGroupView(group),
    role: about.role,
    otherUser: about.otherUser,
  };
}

export function toMemberView(membership: MembershipRecord, user: PublicUserView): MemberView {
  return {
    groupId: membership.groupId,
    user,
    role: membership.role,
    joinedAt: membership.joinedAt.toISOString(),
  };
}
