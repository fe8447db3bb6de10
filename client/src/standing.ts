import type { ConnectedGroup } from '../../contract/events.js';
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

/** Of the snapshot on connecting, or of the list of groups: both say the same. */
export function standingOf(group: ConnectedGroup | MyGroupView): Standing {
  const { epoch, rev, lastSeq, lastReadSeq, unreadCount, unreadCapped, mentionCount } = group;
  return { epoch, rev, lastSeq, lastReadSeq, unreadCount, unreadCapped, mentionCount };
}
