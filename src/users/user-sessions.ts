import type { SessionEndReason } from '../../contract/events.js';
import type { UserId } from '../common/ids.js';

/** The logins of users. Sessions know users and not the other way round; so users state here what they need. */
export abstract class UserSessions {
  /** Ends all sessions of a user, and closes what is connected through them. */
  abstract endAll(userId: UserId, reason: SessionEndReason): Promise<void>;
}
