import type { AttachmentView } from './attachment-views.js';
import type { limits } from './limits.js';

/** What clients see. Times are ISO 8601 in UTC with milliseconds; ids are UUIDs. */

export type UserRole = 'user' | 'admin';

export type Presence = 'online' | 'away' | 'dnd' | 'offline';
/** What a user can choose; without a connection he is `offline` whatever he chose. */
export type PresenceChoice = Exclude<Presence, 'offline'>;

/** Over all devices of a user. */
export interface PresenceView {
  userId: string;
  presence: Presence;
  statusText: string | null;
  /** When the last connection ended; `null` while there is one, or before the first. */
  lastSeenAt: string | null;
}

export interface PublicUserView {
  id: string;
  username: string;
  displayName: string;
  /** `null` while there is no picture. */
  avatarUrl: string | null;
  role: UserRole;
  presence: Presence;
  statusText: string | null;
  lastSeenAt: string | null;
  isBot: boolean;
  createdAt: string;
}

export interface OwnUserView extends PublicUserView {
  email: string | null;
  isActive: boolean;
  lastLoginAt: string | null;
  /** What I chose to be seen as while I am connected. */
  presenceChoice: PresenceChoice;
  /** When that choice ends by itself; `null`: it does not. */
  presenceUntil: string | null;
}

/** Someone whom I have blocked. */
export interface BlockView {
  user: PublicUserView;
  createdAt: string;
}

/** What an admin sees of a user. */
export interface AdminUserView extends PublicUserView {
  email: string | null;
  isActive: boolean;
  lastLoginAt: string | null;
  updatedAt: string;
  /** When the user deleted his account; what is left of it stands for his messages. */
  deletedAt: string | null;
}

export const adminUserSorts = ['createdAt', 'username', 'lastLoginAt'] as const;
export type AdminUserSort = (typeof adminUserSorts)[number];

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

/** A channel in the list of those that anyone may join. */
export interface DiscoveredChannelView extends GroupView {
  /** Whether I am a member. */
  joined: boolean;
}

/** A group as the one who asks sees it. */
export interface GroupDetailView extends GroupView {
  /** `null` for who is not a member (of a channel). */
  role: MemberRole | null;
  /** The other person of a direct conversation. */
  otherUser: PublicUserView | null;
}

/** What an admin sees of a group, besides: who is in it and what is said there is for its members. */
export interface AdminGroupView extends GroupView {
  /** A user id. */
  createdBy: string;
  /** `null`: nobody's, as a direct conversation is. */
  ownerId: string | null;
  /** All that were ever sent. */
  messageCount: number;
  /** Of the last message, or of the group's creation. */
  lastActivityAt: string;
  /** When it was deleted. */
  closedAt: string | null;
}

export const adminGroupSorts = ['createdAt', 'size', 'activity'] as const;
export type AdminGroupSort = (typeof adminGroupSorts)[number];

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
  /** Those among them that mention me, or everyone. */
  mentionCount: number;
  lastMessage: MessageView | null;
  /** Of the last message, or of the group's creation. */
  lastActivityAt: string;
  /** Counts are exact all the same; clients show no badge for them, and no `mention` event comes from the group. */
  muted: boolean;
  /** `null` when it is not muted. */
  mutedUntil: string | null;
}

/** Whether I have muted a group. */
export interface MuteView {
  groupId: string;
  muted: boolean;
  mutedUntil: string | null;
}

/** Everyone who is typing in a group now. */
export interface TypingView {
  groupId: string;
  userIds: string[];
}

export interface MemberView {
  groupId: string;
  user: PublicUserView;
  role: MemberRole;
  joinedAt: string;
}

/** An invitation to a group, for those who may make some. */
export interface InviteView {
  code: string;
  /** Gives an {@link InvitePreviewView}. */
  url: string;
  groupId: string;
  createdBy: string;
  createdAt: string;
  /** `null`: never. */
  expiresAt: string | null;
  /** `null`: any number. */
  maxUses: number | null;
  uses: number;
}

/** What an invitation is to, for everyone who has it. */
export interface InvitePreviewView {
  group: Pick<GroupView, 'id' | 'kind' | 'name' | 'description' | 'memberCount'>;
  expiresAt: string | null;
}

export interface SenderView {
  id: string;
  username: string;
  displayName: string;
  /** `null` while there is no picture. */
  avatarUrl: string | null;
}

/** How far an own message has come: stored, in the hands of everyone else in the group, read by everyone else. */
export type MessageStatus = 'sent' | 'delivered' | 'read';

export interface ReactionView {
  emoji: string;
  count: number;
  /**
   * Whether I am among them. `null` in what goes to everyone alike (live events): there, `reaction` of the event says
   * who changed what.
   */
  mine: boolean | null;
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
  /**
   * Replies to it that are not deleted, at the moment of reading. Live events of changes do not count: there it is
   * `null`, and stays as it was. In `new_message` it is 0, and each later message with a `replyToId` is one reply more.
   */
  threadCount: number | null;
  /** Ids of the members that `@username` names, and of those who were online when `@here` was said. */
  mentions: string[];
  /** By `@all`: it mentions every member. */
  mentionsEveryone: boolean;
  /** In the order in which the sender named them; none when deleted. */
  attachments: AttachmentView[];
  /** In the order of their first use. */
  reactions: ReactionView[];
  isPinned: boolean;
  isEdited: boolean;
  editedAt: string | null;
  isDeleted: boolean;
  deletedAt: string | null;
  /** For my own messages, else `null`; `null` too in what goes to everyone alike. */
  status: MessageStatus | null;
  createdAt: string;
  updatedAt: string;
}

/** A piece of a message's text. */
export interface SnippetPartView {
  /** Plain text, as it was written; "…" where the text was cut. */
  text: string;
  /** It is what was searched for. */
  isMatch: boolean;
}

/** A message that was searched for. */
export interface FoundMessageView {
  message: MessageView;
  /** The part of its text in which the first match stands; the pieces one after the other. */
  snippet: SnippetPartView[];
}

/** What an edited message said before. */
export interface FormerTextView {
  content: string;
  replacedAt: string;
}

/** How far a member has read, or has been delivered. */
export interface MarkerView {
  groupId: string;
  userId: string;
  /** Everything up to this place. */
  seq: number;
  at: string;
}

/** Both markers of one member. Times are `null` while the marker has never moved. */
export interface ReadStateView {
  userId: string;
  deliveredSeq: number;
  deliveredAt: string | null;
  readSeq: number;
  readAt: string | null;
}

/** What one member has of one message. */
export interface ReceiptView {
  userId: string;
  deliveredAt: string | null;
  readAt: string | null;
}

/** What changed in a group's log since a place, in `rev` order, each message in its latest state. */
export interface ChangesView {
  items: MessageView[];
  /** Ask from here next time. */
  rev: number;
  epoch: string;
  hasMore: boolean;
  /** The log is not the one that the client knew: forget what is known of it, and read afresh. */
  reset: boolean;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** `GET /users/online`. */
export interface OnlineUsersPage extends Page<PublicUserView> {
  /** All who are online, on this page or not. */
  total: number;
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
  /** Bytes of one file, bytes of all files of one user, how many of those are mine now, and the types that are taken. */
  uploads: { maxBytes: number; quotaBytes: number; usedBytes: number; types: readonly string[] };
  heartbeat: { intervalMs: number; timeoutMs: number };
}
