import type { ServerEventName } from '../../contract/events.js';
import type {
  GroupDetailView,
  GroupView,
  MemberRole,
  MemberView,
  MessagePage,
  MessageView,
  MyGroupView,
  Page,
  PresenceView,
  PublicUserView,
  ReactionView,
  ReadStateView,
} from '../../contract/views.js';
import { expectStatus, type Person } from '../support/people.js';
import type { ReceivedEvent } from '../support/test-socket.js';

/** A message as far as events tell: `message_deleted` says that, not when. */
export type ReplayedMessage = Omit<MessageView, 'deletedAt' | 'updatedAt'> & Partial<MessageView>;

/**
 * What one user knows of one of his groups. Parts are `undefined` as long as no event has told them: a client that is
 * added to a group asks for the rest.
 */
export interface KnownGroup {
  view: GroupView | undefined;
  role: MemberRole | undefined;
  lastReadSeq: number | undefined;
  /** Up to where each member has come: with it, the status of one's own messages follows. */
  markers: Record<string, Markers> | undefined;
  members: Record<string, MemberRole> | undefined;
  /** By `seq`, the whole log. */
  messages: ReplayedMessage[] | undefined;
  rev: number | undefined;
}

interface Markers {
  deliveredSeq: number;
  readSeq: number;
}

/** What one user knows: his groups by id, and how people are there whom he knew at the beginning. */
export interface KnownState {
  userId: string;
  groups: Record<string, KnownGroup>;
  people: Record<string, PresenceView>;
}

/** The state as REST tells it, for groups of up to a hundred members and messages. */
export async function fetchState({ id: userId, api }: Person): Promise<KnownState> {
  const { items } = expectStatus(await api.get<Page<MyGroupView>>('/groups?limit=100'), 200);
  const people: Record<string, PresenceView> = {};
  const groups = await Promise.all(
    items.map(async ({ id, lastReadSeq }): Promise<[string, KnownGroup]> => {
      const members = expectStatus(await api.get<Page<MemberView>>(`/groups/${id}/members?limit=100`), 200);
      const log = expectStatus(await api.get<MessagePage>(`/groups/${id}/messages?includeDeleted=true&limit=100`), 200);
      const readState = expectStatus(await api.get<Page<ReadStateView>>(`/groups/${id}/read-state?limit=100`), 200);
      for (const { user } of members.items) people[user.id] = presenceIn(user);
      const detail = expectStatus(await api.get<GroupDetailView>(`/groups/${id}`), 200);
      const { role, otherUser: _, ...view } = detail;
      const known: KnownGroup = {
        view,
        role: role ?? undefined,
        lastReadSeq,
        markers: Object.fromEntries(
          readState.items.map(({ userId: id, deliveredSeq, readSeq }) => [id, { deliveredSeq, readSeq }]),
        ),
        members: Object.fromEntries(members.items.map((member) => [member.user.id, member.role])),
        messages: log.items.toReversed().map(asTold),
        rev: log.rev,
      };
      return [id, known];
    }),
  );
  return { userId, groups: Object.fromEntries(groups), people };
}

/** The list of one's groups as it follows from what is known: what a client shows without asking again. */
export function summaryOf({ userId, groups }: KnownState): object {
  return Object.fromEntries(
    Object.entries(groups).map(([id, { messages, lastReadSeq = 0, rev }]) => {
      const living = messages?.filter(({ isDeleted }) => !isDeleted) ?? [];
      const isUnread = ({ seq, senderId }: ReplayedMessage) => seq > lastReadSeq && senderId !== userId;
      const unread = living.filter(isUnread);
      const counts = {
        unreadCount: unread.length,
        mentionCount: unread.filter((message) => message.mentionsEveryone || message.mentions.includes(userId)).length,
      };
      return [id, { rev, lastSeq: messages?.at(-1)?.seq ?? 0, ...counts, lastMessageId: living.at(-1)?.id ?? null }];
    }),
  );
}

/** One event more. Pure; complete by type: a new event does not compile until it has its case. */
export function fold(state: KnownState, event: ReceivedEvent): KnownState {
  switch (event.event) {
    case 'new_message':
    case 'offline_message':
    case 'mention':
      return foldMessage(state, event.payload.message);
    case 'message_updated':
      return foldMessage(state, event.payload.message, event.payload.reaction);
    case 'message_deleted': {
      const { messageId, groupId, rev } = event.payload;
      const before = state.groups[groupId]?.messages?.find(({ id }) => id === messageId);
      if (before === undefined) throw new Error(`message_deleted of ${messageId}, which was never seen`);
      return foldMessage(state, { ...before, ...emptied, isDeleted: true, rev });
    }
    case 'group_created': {
      const { group } = event.payload;
      const known: KnownGroup = { ...nothing, view: group, lastReadSeq: 0, messages: [], rev: 0 };
      return put(state, group.id, known);
    }
    case 'group_updated':
      return change(state, event.payload.group.id, () => ({ view: event.payload.group }));
    case 'group_deleted':
      return drop(state, event.payload.groupId);
    case 'member_added':
    case 'member_updated': {
      const { groupId, userId, role } = event.payload;
      if (userId === state.userId && state.groups[groupId] === undefined) {
        return put(state, groupId, { ...nothing, role });
      }
      return change(state, groupId, (group) => ({
        ...counted(group, { ...group.members, [userId]: role }, event.event === 'member_added' ? 1 : 0),
        ...(event.event === 'member_added' && begun(group, userId)),
        ...(userId === state.userId && { role }),
      }));
    }
    case 'member_removed': {
      const { groupId, userId } = event.payload;
      if (userId === state.userId) return drop(state, groupId);
      return change(state, groupId, (group) => {
        const { [userId]: _, ...others } = group.members ?? {};
        const { [userId]: _gone, ...markers } = group.markers ?? {};
        return { ...counted(group, others, -1), ...(group.markers !== undefined && { markers }) };
      });
    }
    case 'read': {
      const { groupId, userId, seq } = event.payload;
      return change(state, groupId, (group) => ({
        ...(userId === state.userId && { lastReadSeq: seq }),
        // What is read has been delivered.
        ...moved(group, userId, { deliveredSeq: seq, readSeq: seq }),
      }));
    }
    case 'delivered': {
      const { groupId, userId, seq } = event.payload;
      return change(state, groupId, (group) => moved(group, userId, { deliveredSeq: seq, readSeq: 0 }));
    }
    case 'presence': {
      const { userId } = event.payload;
      if (state.people[userId] === undefined) return state;
      return { ...state, people: { ...state.people, [userId]: event.payload } };
    }
    case 'attachment_updated':
    case 'token_expiring':
    case 'connected':
    case 'typing':
    case 'user_joined':
    case 'user_left':
    case 'session_revoked':
    case 'error':
    case 'pong':
    case 'broadcast':
      // Of the moment, or of no group: nothing that is known here.
      return state;
  }
}

/** The events that change what REST shows. */
export const toldByRest = [
  'new_message',
  'message_updated',
  'message_deleted',
  'group_created',
  'group_updated',
  'group_deleted',
  'member_added',
  'member_updated',
  'member_removed',
  'read',
  'delivered',
  'mention',
  'presence',
] as const satisfies readonly ServerEventName[];

const nothing: KnownGroup = {
  view: undefined,
  role: undefined,
  lastReadSeq: undefined,
  markers: undefined,
  members: undefined,
  messages: undefined,
  rev: undefined,
};

/** What is no longer shown of a message when it is deleted. */
const emptied = {
  content: null,
  mentions: [],
  mentionsEveryone: false,
  attachments: [],
  reactions: [],
  isPinned: false,
};

function foldMessage(state: KnownState, message: ReplayedMessage, reaction?: Reaction): KnownState {
  return change(state, message.groupId, ({ messages, rev }) => {
    const before = messages?.find(({ id }) => id === message.id);
    // Told already: on connecting by an `offline_message`, or as a message before its `mention`.
    if (before !== undefined && before.rev >= message.rev) return {};
    const mine = { ...asTold(message), reactions: merged(state.userId, before, message, reaction) };
    return {
      rev: Math.max(rev ?? 0, message.rev),
      messages: messages && [...messages.filter(({ id }) => id !== message.id), mine].sort((a, b) => a.seq - b.seq),
    };
  });
}

type Reaction = { userId: string; emoji: string; isAdded: boolean } | undefined;

/** The reactions with `mine`, which an event leaves open as it goes to everyone alike. */
function merged(
  userId: string,
  before: ReplayedMessage | undefined,
  { reactions }: ReplayedMessage,
  changed: Reaction,
): ReactionView[] {
  return reactions.map(({ emoji, count, mine }) => {
    if (mine !== null) return { emoji, count, mine };
    if (changed?.userId === userId && changed.emoji === emoji) return { emoji, count, mine: changed.isAdded };
    return { emoji, count, mine: before?.reactions.find((known) => known.emoji === emoji)?.mine ?? false };
  });
}

/** A newcomer begins with what is said after he came. */
function begun({ markers, messages }: KnownGroup, userId: string): Partial<KnownGroup> {
  if (markers === undefined) return {};
  const lastSeq = messages?.at(-1)?.seq ?? 0;
  return { markers: { ...markers, [userId]: { deliveredSeq: lastSeq, readSeq: lastSeq } } };
}

/** Markers only move forward. */
function moved({ markers }: KnownGroup, userId: string, to: Markers): Partial<KnownGroup> {
  if (markers === undefined) return {};
  const before = markers[userId] ?? { deliveredSeq: 0, readSeq: 0 };
  const deliveredSeq = Math.max(before.deliveredSeq, to.deliveredSeq);
  return { markers: { ...markers, [userId]: { deliveredSeq, readSeq: Math.max(before.readSeq, to.readSeq) } } };
}

/** A group in which each message says how many replies it has: a message that is there or not is one more or less. */
function withThreadCounts(group: KnownGroup): KnownGroup {
  const { messages } = group;
  if (messages === undefined) return group;
  const replies = messages.filter(({ isDeleted }) => !isDeleted).map(({ replyToId }) => replyToId);
  const countOf = (id: string) => replies.filter((replyToId) => replyToId === id).length;
  return { ...group, messages: messages.map((message) => ({ ...message, threadCount: countOf(message.id) })) };
}

/** A group in which each of one's own messages says how far it has come with everyone else. */
function withStatus(userId: string, group: KnownGroup): KnownGroup {
  const { messages, markers } = group;
  if (messages === undefined || markers === undefined) return group;
  const others = Object.entries(markers).flatMap(([id, place]) => (id === userId ? [] : [place]));
  const hasCome = (seq: number, place: keyof Markers) =>
    others.length > 0 && others.every((other) => other[place] >= seq);
  const statusOf = (seq: number) => (hasCome(seq, 'deliveredSeq') ? 'delivered' : 'sent');
  return {
    ...group,
    messages: messages.map((message) => ({
      ...message,
      status: message.senderId !== userId ? null : hasCome(message.seq, 'readSeq') ? 'read' : statusOf(message.seq),
    })),
  };
}

function presenceIn({ id, presence, statusText, lastSeenAt }: PublicUserView): PresenceView {
  return { userId: id, presence, statusText, lastSeenAt };
}

/** Without the times of a deletion. */
function asTold(message: ReplayedMessage): ReplayedMessage {
  if (!message.isDeleted) return message;
  const { deletedAt: _deletedAt, updatedAt: _updatedAt, ...rest } = message;
  return rest;
}

/** @param more how many members more there are, for who knows their number and not who they are */
function counted({ view, members }: KnownGroup, now: Record<string, MemberRole>, more: number): Partial<KnownGroup> {
  if (members === undefined) return { view: view && { ...view, memberCount: view.memberCount + more } };
  return { members: now, view: view && { ...view, memberCount: Object.keys(now).length } };
}

function change(state: KnownState, id: string, changes: (group: KnownGroup) => Partial<KnownGroup>): KnownState {
  const group = state.groups[id];
  if (group === undefined) throw new Error(`an event of ${id}, which is none of my groups`);
  return put(state, id, { ...group, ...changes(group) });
}

function put(state: KnownState, id: string, group: KnownGroup): KnownState {
  return { ...state, groups: { ...state.groups, [id]: withStatus(state.userId, withThreadCounts(group)) } };
}

function drop(state: KnownState, id: string): KnownState {
  const { [id]: _, ...groups } = state.groups;
  return { ...state, groups };
}
