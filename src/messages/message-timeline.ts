import type { GroupId, MessageId, UserId } from '../common/ids.js';

/** A place in a list by time, newest first. */
export interface TimePlace {
  createdAt: Date;
  _id: MessageId;
}

/** Which messages of which groups. */
export interface TimelineFilter {
  groupIds: readonly GroupId[];
  /** Of everyone when it is absent. */
  senderId?: UserId;
}

/**
 * Messages of many groups by their time. The messages themselves have no index for that: two more would cost each send a
 * fifth of what it takes. Who derives one provides this; messages state here what they need.
 */
export abstract class MessageTimeline {
  /**
   * The newest messages that are not deleted, newest first, behind a place if one is given: `limit` of them. All that the
   * logs had before the call is taken into account.
   */
  abstract listNewest(filter: TimelineFilter, before: TimePlace | null, limit: number): Promise<TimePlace[]>;
}

/** Newest first; a total order. */
export function compareTimePlaces(one: TimePlace, other: TimePlace): number {
  return (
    other.createdAt.getTime() - one.createdAt.getTime() || (one._id < other._id ? 1 : one._id > other._id ? -1 : 0)
  );
}
