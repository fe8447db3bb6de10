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
  members: Record<string, MemberRole> | undefined;
  /** By `seq`, the whole log. */
  messages: ReplayedMessage[] | undefined;
  rev: number | undefined;
}

/** What one user knows: his groups by id. */
export interface KnownState {
  userId: string;
  groups: Record<string, KnownGroup>;
}

/** The state as REST tells it, for groups of up to a hundred members and messages. */
export async function fetchState({ id: userId, api }: Person): Promise<KnownState> {
  const { items } = expectStatus(await api.get<Page<MyGroupView>>('/groups?limit=100'), 200);
  const groups = await Promise.all(
    items.map(async ({ id, lastReadSeq }): Promise<[string, KnownGroup]> => {
      const members = expectStatus(await api.get<Page<MemberView>>(`/groups/${id}/members?limit=100`), 200);
      const log = expectStatus(await api.get<MessagePage>(`/groups/${id}/messages?includeDeleted=true&limit=100`), 200);
      const detail = expectStatus(await api.get<GroupDetailView>(`/groups/${id}`), 200);
      const { role, otherUser: _, ...view } = detail;
      const known: KnownGroup = {
        view,
        role: role ?? undefined,
        lastReadSeq,
        members: Object.fromEntries(members.items.map((member) => [member.user.id, member.role])),
        messages: log.items.toReversed().map(asTold),
        rev: log.rev,
      };
      return [id, known];
    }),
  );
  return { userId, groups: Object.fromEntries(groups) };
}

/** The list of one's groups as it follows from what is known: what a client shows without asking again. */
export function summaryOf({ userId, groups }: KnownState): object {
  return Object.fromEntries(
    Object.entries(groups).map(([id, { messages, lastReadSeq = 0, rev }]) => {
      const living = messages?.filter(({ isDeleted }) => !isDeleted) ?? [];
      const isUnread = ({ seq, senderId }: ReplayedMessage) => seq > lastReadSeq && senderId !== userId;
      const unreadCount = living.filter(isUnread).length;
      return [id, { rev, lastSeq: messages?.at(-1)?.seq ?? 0, unreadCount, lastMessageId: living.at(-1)?.id ?? null }];
    }),
  );
}

/** One event more. Pure; complete by type: a new event does not compile until it has its case. */
export function fold(state: KnownState, event: ReceivedEvent): KnownState {
  switch (event.event) {
    case 'new_message':
    case 'message_updated':
      return foldMessage(state, event.payload.message);
    case 'message_deleted': {
      const { messageId, groupId, rev } = event.payload;
      const before = state.groups[groupId]?.messages?.find(({ id }) => id === messageId);
      if (before === undefined) throw new Error(`message_deleted of ${messageId}, which was never seen`);
      return foldMessage(state, { ...before, content: null, isDeleted: true, rev });
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
        ...counted(group, { ...group.members, [userId]: role }),
        ...(userId === state.userId && { role }),
      }));
    }
    case 'member_removed': {
      const { groupId, userId } = event.payload;
      if (userId === state.userId) return drop(state, groupId);
      return change(state, groupId, (group) => {
        const { [userId]: _, ...others } = group.members ?? {};
        return counted(group, others);
      });
    }
    case 'read': {
      const { groupId, userId, seq } = event.payload;
      return userId === state.userId ? change(state, groupId, () => ({ lastReadSeq: seq })) : state;
    }
    case 'connected':
    case 'typing':
    case 'user_joined':
    case 'user_left':
    case 'session_revoked':
    case 'error':
    case 'pong':
      // Of the moment: no route of REST shows any of it.
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
] as const satisfies readonly ServerEventName[];

const nothing: KnownGroup = {
  view: undefined,
  role: undefined,
  lastReadSeq: undefined,
  members: undefined,
  messages: undefined,
  rev: undefined,
};

function foldMessage(state: KnownState, message: ReplayedMessage): KnownState {
  return change(state, message.groupId, ({ messages }) => ({
    rev: message.rev,
    messages:
      messages && [...messages.filter(({ id }) => id !== message.id), asTold(message)].sort((a, b) => a.seq - b.seq),
  }));
}

/** Without the times of a deletion. */
function asTold(message: ReplayedMessage): ReplayedMessage {
  if (!message.isDeleted) return message;
  const { deletedAt: _deletedAt, updatedAt: _updatedAt, ...rest } = message;
  return rest;
}

function counted({ view, members }: KnownGroup, now: Record<string, MemberRole>): Partial<KnownGroup> {
  if (members === undefined) return {};
  return { members: now, view: view && { ...view, memberCount: Object.keys(now).length } };
}

function change(state: KnownState, id: string, changes: (group: KnownGroup) => Partial<KnownGroup>): KnownState {
  const group = state.groups[id];
  if (group === undefined) throw new Error(`an event of ${id}, which is none of my groups`);
  return put(state, id, { ...group, ...changes(group) });
}

function put(state: KnownState, id: string, group: KnownGroup): KnownState {
  return { ...state, groups: { ...state.groups, [id]: group } };
}

function drop(state: KnownState, id: string): KnownState {
  const { [id]: _, ...groups } = state.groups;
  return { ...state, groups };
}
