import type { SessionEndReason } from '../../contract/events.js';
import type { UserId } from '../common/ids.js';

/** The logins of users. Sessions know users and not the other way round; so users state here what they need. */
export abstract class UserSessions {
  /** Ends all sessions of a user, and closes what is connected through them. */
  abstract endAll(userId: UserId, reason: SessionEndReason): Promise<void>;

  /** Erases, behind their end, by what a user is known who logs in elsewhere. May be called again after it was interrupted. */
  abstract eraseOf(userId: UserId): Promise<void>;
}
