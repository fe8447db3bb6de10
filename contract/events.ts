/** The realtime events of both directions, once. The server, the tests and the event catalogue all read these types. */
import type { ProblemCode, ProblemDocument } from './problems.js';
import type { EditMessageRequest, ReadRequest, SendMessageRequest } from './requests.js';
import type { GroupView, MemberRole, MessageView, ReadMarkerView } from './views.js';

/** What a client may send: payload and the data of the acknowledgement. */
export interface ClientEvents {
  message: { payload: SendMessageRequest & { groupId: string }; data: MessageView };
  edit_message: { payload: EditMessageRequest & { messageId: string }; data: MessageView };
  delete_message: { payload: { messageId: string }; data: MessageView };
  restore_message: { payload: { messageId: string }; data: MessageView };
  /** `isTyping` is true unless said otherwise. */
  typing: { payload: { groupId: string; isTyping?: boolean }; data: null };
  read: { payload: ReadRequest & { groupId: string }; data: ReadMarkerView };
  ping: { payload: { timestamp?: number }; data: { timestamp: number } };
}

export type ClientEventName = keyof ClientEvents;

/** Kept as a value too, so that the server can tell an unknown event, and tests can walk over all of them. */
export const clientEventNames = [
  'message',
  'edit_message',
  'delete_message',
  'restore_message',
  'typing',
  'read',
  'ping',
] as const satisfies readonly ClientEventName[];

export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: ProblemDocument };

export interface ConnectedGroup {
  id: string;
  epoch: string;
  rev: number;
  lastSeq: number;
  lastReadSeq: number;
  unreadCount: number;
}

export interface ConnectedPayload {
  connectionId: string;
  userId: string;
  groups: ConnectedGroup[];
  /** Milliseconds. */
  heartbeat: { interval: number; timeout: number };
  serverTime: string;
}

export interface MessageDeletedPayload {
  messageId: string;
  groupId: string;
  seq: number;
  rev: number;
  deletedBy: string;
}

export interface AudiencePayload {
  groupId: string;
  userId: string;
  /** How many connections the group's live audience has now. */
  connectionCount: number;
}

export interface MemberPayload {
  groupId: string;
  userId: string;
  role: MemberRole;
  /** Who did it; the member himself for join and leave. */
  by: string;
}

/** What the server sends. */
export interface ServerEvents {
  connected: ConnectedPayload;
  new_message: { message: MessageView };
  message_updated: { message: MessageView };
  message_deleted: MessageDeletedPayload;
  typing: { groupId: string; userIds: string[] };
  read: ReadMarkerView;
  user_joined: AudiencePayload;
  user_left: AudiencePayload;
  member_added: MemberPayload;
  member_removed: MemberPayload;
  member_updated: MemberPayload;
  group_created: { group: GroupView };
  group_updated: { group: GroupView };
  group_deleted: { groupId: string };
  session_revoked: { reason: SessionEndReason };
  error: ProblemDocument;
  pong: { timestamp: number };
}

export type ServerEventName = keyof ServerEvents;

export const serverEventNames = [
  'connected',
  'new_message',
  'message_updated',
  'message_deleted',
  'typing',
  'read',
  'user_joined',
  'user_left',
  'member_added',
  'member_removed',
  'member_updated',
  'group_created',
  'group_updated',
  'group_deleted',
  'session_revoked',
  'error',
  'pong',
] as const satisfies readonly ServerEventName[];

export type SessionEndReason = 'logout' | 'logout_all' | 'password_changed' | 'refresh_token_reused' | 'expired';

/** The `data` of Socket.IO's `connect_error` when a handshake is refused. */
export type ConnectErrorData = ProblemDocument & { code: ProblemCode };

/** The event maps in the form that `socket.io` and `socket.io-client` take as type parameters. */
export type ClientToServerEvents = {
  [Name in ClientEventName]: (
    payload: ClientEvents[Name]['payload'],
    ack?: (answer: Ack<ClientEvents[Name]['data']>) => void,
  ) => void;
};
export type ServerToClientEvents = {
  [Name in ServerEventName]: (payload: ServerEvents[Name]) => void;
};
