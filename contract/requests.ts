/** What clients send, over HTTP and sockets alike. Absent and optional are the same; `null` is a value of its own. */
import type { GroupKind, MemberRole } from './views.js';

export interface RegisterRequest {
  username: string;
  email: string;
  password: string;
  displayName?: string;
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

export interface ReadRequest {
  seq: number;
}

export interface SendMessageRequest {
  content: string;
  clientMessageId?: string;
  replyToId?: string;
}

export interface EditMessageRequest {
  content: string;
}
