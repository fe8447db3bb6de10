/** The realtime events of both directions, once. Server, client, tests and the event catalogue all read these types. */
import type { BroadcastPayload } from './observatory.js';
import type { ProblemCode, ProblemDocument } from './problems.js';
import type {
  EditMessageRequest,
  MarkerRequest,
  PresenceRequest,
  SendMessageRequest,
  SyncRequest,
} from './requests.js';
import type { AttachmentView } from './attachment-views.js';
import type {
  ChangesView,
  GroupView,
  MarkerView,
  MemberRole,
  MessageView,
  PresenceView,
  ReactionView,
} from './views.js';

/** The server's own channels. */
export const serverChannels = [
  'observatory:conversations',
  'observatory:projects',
  'observatory:files',
  'system',
] as const;
export type ServerChannel = (typeof serverChannels)[number];

/** What can be subscribed to: one group, or one of the server's own channels. */
export type Channel = `group:${string}` | ServerChannel;

/** What one group has to say in the answer to `sync`. */
export interface GroupChanges extends Omit<ChangesView, 'items'> {
  groupId: string;
  changes: MessageView[];
}

export interface SyncAnswer {
  groups: GroupChanges[];
  /** My groups that the client did not name. */
  joined: string[];
  /** Groups that the client named and that are no longer mine. */
  left: string[];
}

/** What a client may send: payload and the data of the acknowledgement. */
export interface ClientEvents {
  message: { payload: SendMessageRequest & { groupId: string }; data: MessageView };
  edit_message: { payload: EditMessageRequest & { messageId: string }; data: MessageView };
  delete_message: { payload: { messageId: string }; data: MessageView };
  restore_message: { payload: { messageId: string }; data: MessageView };
  react: { payload: { messageId: string; emoji: string; remove?: boolean }; data: ReactionView[] };
  /** `isTyping` is true unless said otherwise. */
  typing: { payload: { groupId: string; isTyping?: boolean }; data: null };
  read: { payload: MarkerRequest & { groupId: string }; data: MarkerView };
  delivered: { payload: MarkerRequest & { groupId: string }; data: MarkerView };
  sync: { payload: SyncRequest; data: SyncAnswer };
  /** `history`: so many of the group's newest messages are sent first, as `offline_message`. */
  subscribe: { payload: { channel: string; history?: number }; data: { channels: Channel[] } };
  unsubscribe: { payload: { channel: string }; data: { channels: Channel[] } };
  presence: { payload: PresenceRequest; data: null };
  authenticate: { payload: { token: string }; data: { expiresAt: string } };
  ping: { payload: { timestamp?: number }; data: { timestamp: number } };
  pong: { payload: { timestamp?: number }; data: null };
}

export type ClientEventName = keyof ClientEvents;

/** Kept as a value too, so that the server can tell an unknown event, and tests can walk over all of them. */
export const clientEventNames = [
  'message',
  'edit_message',
  'delete_message',
  'restore_message',
  'react',
  'typing',
  'read',
  'delivered',
  'sync',
  'subscribe',
  'unsubscribe',
  'presence',
  'authenticate',
  'ping',
  'pong',
] as const satisfies readonly ClientEventName[];

export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: ProblemDocument };

export interface ConnectedGroup {
  id: string;
  epoch: string;
  rev: number;
  lastSeq: number;
  lastReadSeq: number;
  unreadCount: number;
  /** True when there are more than `unreadCount` says. */
  unreadCapped: boolean;
  mentionCount: number;
}

export interface ConnectedPayload {
  connectionId: string;
  userId: string;
  groups: ConnectedGroup[];
  /** Milliseconds. */
  heartbeat: { interval: number; timeout: number };
  serverTime: string;
}

/** An edit, a restore, a reaction, a pin, or a change of the files that it carries. */
export interface MessageUpdatedPayload {
  message: MessageView;
  /** When it was a reaction: whose, and whether it was added or taken back. */
  reaction?: { userId: string; emoji: string; isAdded: boolean };
  /** When it was pinned, or the pin taken off: by whom. */
  pin?: { userId: string; isPinned: boolean };
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
  /** On connect, for what arrived since the delivered marker: the newest 50 of a group, oldest first. */
  offline_message: { message: MessageView };
  message_updated: MessageUpdatedPayload;
  message_deleted: MessageDeletedPayload;
  /** To the uploader: a thumbnail was made, or turned out not to be possible, or the file was renamed. */
  attachment_updated: { attachment: AttachmentView };
  typing: { groupId: string; userIds: string[] };
  read: MarkerView;
  delivered: MarkerView;
  user_joined: AudiencePayload;
  user_left: AudiencePayload;
  member_added: MemberPayload;
  member_removed: MemberPayload;
  member_updated: MemberPayload;
  group_created: { group: GroupView };
  group_updated: { group: GroupView };
  group_deleted: { groupId: string };
  presence: PresenceView;
  /** Also when the group is not subscribed. */
  mention: { message: MessageView };
  /** News of one of the server's own channels, to those who subscribed to it. */
  broadcast: BroadcastPayload;
  session_revoked: { reason: SessionEndReason };
  token_expiring: { expiresAt: string };
  error: ProblemDocument;
  pong: { timestamp: number };
}

export type ServerEventName = keyof ServerEvents;

export const serverEventNames = [
  'connected',
  'new_message',
  'offline_message',
  'message_updated',
  'message_deleted',
  'attachment_updated',
  'typing',
  'read',
  'delivered',
  'user_joined',
  'user_left',
  'member_added',
  'member_removed',
  'member_updated',
  'group_created',
  'group_updated',
  'group_deleted',
  'presence',
  'mention',
  'broadcast',
  'session_revoked',
  'token_expiring',
  'error',
  'pong',
] as const satisfies readonly ServerEventName[];

export type SessionEndReason =
  'logout' | 'logout_all' | 'password_changed' | 'refresh_token_reused' | 'expired' | 'deactivated' | 'account_deleted';

/** The `data` of Socket.IO's `connect_error` when a handshake is refused. */
export type ConnectErrorData = ProblemDocument & { code: ProblemCode };

/** A frame of the plain WebSocket, from a client: the payload's fields beside `type`, and `id` when it wants an ack. */
export type ClientFrame = {
  [Name in ClientEventName]: { type: Name; id?: unknown } & ClientEvents[Name]['payload'];
}[ClientEventName];

type PlainEventName = Exclude<ServerEventName, 'error'>;

/** A frame of the plain WebSocket, from the server. A problem stands under `error`, since it has a `type` of its own. */
export type ServerFrame =
  | { [Name in PlainEventName]: { type: Name } & ServerEvents[Name] }[PlainEventName]
  | { type: 'error'; error: ProblemDocument }
  | ({ type: 'ack'; id: unknown } & Ack<unknown>);

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
