import type { Actor } from '../common/actor.js';
import type { GroupId, UserId } from '../common/ids.js';

/**
 * Who is typing in a group. That is of the moment, and known where the connections are: in the realtime module, which
 * knows groups and not the other way round; so groups state here what they need, and realtime provides it.
 */
export abstract class GroupTyping {
  /** Says that the actor is typing, for the next few seconds, or no longer. @throws Problem `not_found` or `not_a_member` */
  abstract set(actor: Actor, groupId: GroupId, isTyping: boolean): Promise<void>;

  /** Everyone who is typing now. @throws Problem `not_found` or `not_a_member` */
  abstract list(actor: Actor, groupId: GroupId): Promise<UserId[]>;
}
