import type { UserId } from '../common/ids.js';

/** The groups of users. Groups know users and not the other way round; so users state here what they need. */
export abstract class UserMemberships {
  /**
   * Takes a user out of all his groups; those that he owns pass to another, or close. May be called again after it was
   * interrupted.
   */
  abstract endAll(userId: UserId): Promise<void>;
}
