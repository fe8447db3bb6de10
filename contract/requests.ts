/** What clients send, over HTTP and sockets alike. Absent and optional are the same; `null` is a value of its own. */
import type { GroupKind, MemberRole, PresenceChoice, UserRole } from './views.js';

export interface RegisterRequest {
  username: string;
  email: string;
  password: string;
  displayName?: string;
  /** Of an invitation to a group: needed where registration is by invitation. */
  inviteCode?: string;
}

export interface LoginRequest {
  /** Username or email. */
  login: string;
  password: string;
}

export interface RefreshRequest {
  refreshToken: string;
}

export interface ChangePasswordRequest {
  currentPassword: string;
  newPassword: string;
}

export interface DeleteAccountRequest {
  /** Needed when the account has one. */
  password?: string;
}

export interface CreateGroupRequest {
  kind: Exclude<GroupKind, 'direct'>;
  name: string;
  description?: string;
  memberIds?: string[];
}

export interface UpdateGroupRequest {
  name?: string;
  description?: string;
}

export interface PutMemberRequest {
  /** `owner` hands the group over; the former owner becomes a moderator. */
  role?: MemberRole;
}

/** An invitation ends after `expiresIn` seconds or at `expiresAt`; with neither, after a week; `null`: never. */
export interface CreateInviteRequest {
  expiresIn?: number;
  expiresAt?: string | null;
  /** `null` or absent: any number. */
  maxUses?: number | null;
}

/** No `mention` from this group until then, and no badge; `null` ends it, as does a time that is past. */
export interface MuteRequest {
  until: string | null;
}

export interface TypingRequest {
  isTyping: boolean;
}

/** Moves a marker; it never moves back. */
export interface MarkerRequest {
  seq: number;
}

/** What is absent stays as it is. */
export interface UpdateProfileRequest {
  displayName?: string;
  email?: string;
  /** `null` takes it away. */
  statusText?: string | null;
  /** A picture that was uploaded as an avatar; `null` takes it away. */
  avatarAttachmentId?: string | null;
}

export interface PresenceRequest {
  presence: PresenceChoice;
  /** Stays as it is when absent. */
  statusText?: string | null;
  /** When the choice ends by itself, and the `statusText` that came with it; absent: it does not. */
  until?: string;
}

/** What an admin changes of a user. */
export interface AdministerUserRequest {
  role?: UserRole;
  /** `false`: all sessions end, and nobody logs in with the account until it is `true` again. */
  isActive?: boolean;
}

/** Where a client stands in a group's log. */
export interface LogPosition {
  rev: number;
  epoch: string;
}

export interface SyncRequest {
  /** Absent or empty: an overview of all groups, without changes. */
  groups?: Record<string, LogPosition>;
  /** Changes of each group. */
  limit?: number;
}

export interface SendMessageRequest {
  /** May be empty or absent when the message carries files. */
  content?: string;
  clientMessageId?: string;
  replyToId?: string;
  /** Own uploads of the same group, which no other message has. */
  attachmentIds?: string[];
}

/** The fields of the form that an upload is (`multipart/form-data`), before its one file, `file`; or in the query. */
export interface UploadRequest {
  /** Needed, but for an avatar. */
  groupId?: string;
  purpose?: 'message' | 'avatar';
}

export interface RenameAttachmentRequest {
  fileName: string;
}

export interface EditMessageRequest {
  content: string;
}
