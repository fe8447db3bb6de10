import type { ConnectedGroup } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { MyGroupView } from '../../contract/views.js';

/** Where a group's log stands and how much of it I have not read, as the server said it at one `rev`. */
export interface Standing {
  epoch: string;
  rev: number;
  lastSeq: number;
  lastReadSeq: number;
  unreadCount: number;
  /** There are more than `unreadCount` says. */
  unreadCapped: boolean;
  mentionCount: number;
}

export function standingOfSnapshot(group: ConnectedGroup): Standing {
  const { epoch, rev, lastSeq, lastReadSeq, unreadCount, mentionCount } = group;
  // The snapshot does not tell 999 from more; more is assumed until the list of groups says otherwise.
  return {
    epoch,
    rev,
    lastSeq,
    lastReadSeq,
    unreadCount,
    unreadCapped: unreadCount >= limits.unread.maxCount,
    mentionCount,
  };
}

export function standingOfGroup(group: MyGroupView): Standing {
  const { epoch, rev, lastSeq, lastReadSeq, unreadCount, unreadCapped, mentionCount } = group;
  return { epoch, rev, lastSeq, lastReadSeq, unreadCount, unreadCapped, mentionCount };
}
