import type { MessageView } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';

/** Where a group's log ends; both 0 while it is empty. */
export interface LogEnd {
  lastSeq: number;
  rev: number;
}

/** What one reader needs to know of a group's log. */
export interface LogSummary extends LogEnd {
  unreadCount: number;
  unreadCapped: boolean;
  mentionCount: number;
}

/**
 * What groups must know of their logs. Messages know groups and not the other way round, so groups state here what
 * they need, and the messages module provides it.
 */
export abstract class GroupLog {
  abstract findEnd(groupId: GroupId): Promise<LogEnd>;

  /** The same of many groups at once; those without a message are left out. */
  abstract listEnds(groupIds: readonly GroupId[]): Promise<Map<GroupId, LogEnd>>;

  /** When each group had its last message before or at `asOf`; groups without one are left out. */
  abstract lastActivity(groupIds: readonly GroupId[], asOf: Date): Promise<Map<GroupId, Date>>;

  /** The newest message of each group that is not deleted, as `reader` sees it; groups without one are left out. */
  abstract lastMessages(reader: UserId, groupIds: readonly GroupId[]): Promise<Map<GroupId, MessageView>>;

  /**
   * Each log as of one moment: where it ends, and what `reader` has not read up to there.
   *
   * @param marks groups, each with what `reader` has read
   */
  abstract summarize(
    reader: UserId,
    marks: readonly { groupId: GroupId; lastReadSeq: number }[],
  ): Promise<Map<GroupId, LogSummary>>;
}
