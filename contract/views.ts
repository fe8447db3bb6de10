import type { limits } from './limits.js';

/** What clients see. Times are ISO 8601 in UTC with milliseconds; ids are UUIDs. */

export type UserRole = 'user' | 'admin';

export interface PublicUserView {
  id: string;
  username: string;
  displayName: string;
  role: UserRole;
  isBot: boolean;
  createdAt: string;
}

export interface OwnUserView extends PublicUserView {
  email: string | null;
  isActive: boolean;
  lastLoginAt: string | null;
}

export interface TokenPairView {
  user: OwnUserView;
  accessToken: string;
  refreshToken: string;
  tokenType: 'Bearer';
  /** Seconds until the access token expires. */
  expiresIn: number;
}

export interface SessionView {
  id: string;
  /** The `User-Agent` of the login, cut to a sensible length. */
  device: string | null;
  address: string | null;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
}

export type GroupKind = 'direct' | 'group' | 'channel';
export type MemberRole = 'owner' | 'moderator' | 'member';

export interface GroupView {
  id: string;
  kind: GroupKind;
  /** `null` for a direct conversation: clients show the other person's name. */
  name: string | null;
  description: string;
  memberCount: number;
  /** Identity of the group's log: another one means that nothing known of the old log holds. */
  epoch: string;
  createdAt: string;
  updatedAt: string;
}

/** A group as the one who asks sees it. */
export interface GroupDetailView extends GroupView {
  /** `null` for who is not a member (of a channel). */
  role: MemberRole | null;
  /** The other person of a direct conversation. */
  otherUser: PublicUserView | null;
}

/** A group in the list of one's own. */
export interface MyGroupView extends GroupDetailView {
  role: MemberRole;
  /** The log's latest place and latest change; 0 while it is empty. */
  lastSeq: number;
  rev: number;
  lastReadSeq: number;
  /** Messages by others, not deleted, above `lastReadSeq`. */
  unreadCount: number;
  /** True when there are more than `unreadCount` says. */
  unreadCapped: boolean;
  lastMessage: MessageView | null;
  /** Of the last message, or of the group's creation. */
  lastActivityAt: string;
}

export interface MemberView {
  groupId: string;
  user: PublicUserView;
  role: MemberRole;
  joinedAt: string;
}

export interface SenderView {
  id: string;
  username: string;
  displayName: string;
}

export interface MessageView {
  id: string;
  groupId: string;
  /** Its place in the group: 1, 2, 3 … without a gap; never changes. */
  seq: number;
  /** The place of its latest change. */
  rev: number;
  senderId: string;
  sender: SenderView;
  /** `null` when deleted. */
  content: string | null;
  clientMessageId: string | null;
  replyToId: string | null;
  isEdited: boolean;
  editedAt: string | null;
  isDeleted: boolean;
  deletedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface ReadMarkerView {
  groupId: string;
  userId: string;
  seq: number;
  at: string;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  hasMore: boolean;
}

export interface MessagePage extends Page<MessageView> {
  lastSeq: number;
  rev: number;
}

/** `GET /limits`. */
export interface LimitsView {
  limits: typeof limits;
  rates: { name: string; limit: number; windowSeconds: number; remaining: number }[];
  connections: { perUser: number };
  heartbeat: { intervalMs: number; timeoutMs: number };
}
