import type { MemberPayload } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { DomainEventMap, DomainEventName } from '../common/domain-events.js';
import type { GroupId, SessionId, UserId } from '../common/ids.js';
import { toGroupView } from '../groups/group.view.js';
import type { WireEvent } from './connection.js';
import { rooms } from './rooms.js';

interface Sending {
  /**
   * A room, or every connection of those of some users who in the moment of sending are members of a group, and have
   * neither muted it nor blocked the one from whom it comes.
   */
  to: string | { groupId: GroupId; userIds: readonly UserId[]; from: UserId };
  wire: WireEvent;
}

/** What one domain event does to the open sockets, in this order. */
export interface Broadcast {
  /** These users' sockets start to receive the group. */
  join?: { groupId: GroupId; userIds: readonly UserId[] };
  send?: readonly Sending[];
  /** These users' sockets stop to receive the group; `all`: everyone's. */
  leave?: { groupId: GroupId; userIds: readonly UserId[] | 'all' };
  /** The connections of this session are told and closed. */
  close?: { sessionId: SessionId };
}

type Broadcasts = { readonly [Name in DomainEventName]: (payload: DomainEventMap[Name]) => Broadcast };

/** Domain event → wire event → audience. Complete by type: an event without a row does not compile. */
export const broadcasts: Broadcasts = {
  'message.created': ({ message, mentioned }) => ({
    send: [
      { to: rooms.group(message.groupId), wire: { event: 'new_message', payload: { message } } },
      ...(mentioned.length === 0
        ? []
        : [
            // Whoever was mentioned may have been removed while the message waited to be stored.
            {
              to: { groupId: message.groupId as GroupId, userIds: mentioned, from: message.senderId as UserId },
              wire: { event: 'mention' as const, payload: { message } },
            },
          ]),
    ],
  }),
  'message.reacted': (update) => ({
    send: [{ to: rooms.group(update.message.groupId), wire: { event: 'message_updated', payload: update } }],
  }),
  'message.pinned': (update) => ({
    send: [{ to: rooms.group(update.message.groupId), wire: { event: 'message_updated', payload: update } }],
  }),
  'message.edited': ({ message }) => ({
    send: [{ to: rooms.group(message.groupId), wire: { event: 'message_updated', payload: { message } } }],
  }),
  'message.restored': ({ message }) => ({
    send: [{ to: rooms.group(message.groupId), wire: { event: 'message_updated', payload: { message } } }],
  }),
  'message.files_changed': ({ message }) => ({
    send: [{ to: rooms.group(message.groupId), wire: { event: 'message_updated', payload: { message } } }],
  }),
  'message.deleted': ({ message: { id, groupId, seq, rev }, deletedBy }) => ({
    send: [
      {
        to: rooms.group(groupId),
        wire: { event: 'message_deleted', payload: { messageId: id, groupId, seq, rev, deletedBy } },
      },
    ],
  }),
  'attachment.updated': ({ attachment }) => ({
    send: [
      {
        to: rooms.user(attachment.uploaderId),
        wire: { event: 'attachment_updated', payload: { attachment } },
      },
    ],
  }),
  'group.created': ({ group, memberIds }) => ({
    join: { groupId: group._id, userIds: memberIds },
    send: [
      {
        to: rooms.group(group._id),
        wire: { event: 'group_created', payload: { group: toGroupView(group) } },
      },
    ],
  }),
  'group.updated': ({ group }) => ({
    send: [
      {
        to: rooms.group(group._id),
        wire: { event: 'group_updated', payload: { group: toGroupView(group) } },
      },
    ],
  }),
  'group.deleted': ({ groupId }) => ({
    send: [{ to: rooms.group(groupId), wire: { event: 'group_deleted', payload: { groupId } } }],
    leave: { groupId, userIds: 'all' },
  }),
  'member.added': (change) => ({
    join: { groupId: change.groupId, userIds: [change.userId] },
    send: [
      { to: roomFor(change, change.memberCount), wire: { event: 'member_added', payload: toMemberPayload(change) } },
    ],
  }),
  'member.removed': (change) => ({
    send: [
      {
        to: roomFor(change, change.memberCount),
        wire: { event: 'member_removed', payload: toMemberPayload(change) },
      },
    ],
    leave: { groupId: change.groupId, userIds: [change.userId] },
  }),
  'member.updated': (change) => ({
    send: [
      {
        to: roomFor(change, change.memberCount),
        wire: { event: 'member_updated', payload: toMemberPayload(change) },
      },
    ],
  }),
  'marker.read': ({ marker, memberCount }) => ({
    send: [{ to: roomFor(marker, memberCount), wire: { event: 'read', payload: marker } }],
  }),
  'marker.delivered': ({ marker, memberCount }) => ({
    send: [{ to: roomFor(marker, memberCount), wire: { event: 'delivered', payload: marker } }],
  }),
  'observatory.changed': (news) => ({
    send: [{ to: news.channel, wire: { event: 'broadcast', payload: news } }],
  }),
  'session.ended': ({ sessionId, reason }) => ({
    send: [{ to: rooms.session(sessionId), wire: { event: 'session_revoked', payload: { reason } } }],
    close: { sessionId },
  }),
};

/**
 * Who is told what one member does that changes nothing for the others: in a large group only he himself, on all his
 * devices. Told to all, ten thousand who read one message would be a hundred million events.
 */
function roomFor({ groupId, userId }: { groupId: string; userId: string }, memberCount: number): string {
  return memberCount > limits.audience.maxMembers ? rooms.user(userId) : rooms.group(groupId);
}

function toMemberPayload({ groupId, userId, role, by }: MemberPayload): MemberPayload {
  return { groupId, userId, role, by };
}

/** The row of one event, applied to it. */
export function broadcastOf<Name extends DomainEventName>(name: Name, payload: DomainEventMap[Name]): Broadcast {
  return broadcasts[name](payload);
}
