import type { Presence, PresenceChoice } from '../../contract/views.js';
import type { UserId } from '../common/ids.js';
import type { UserRecord } from './user.schema.js';

// Connections are known to the realtime module, which knows users and not the other way round; so users state here what
// they need, and realtime provides it.

/** Whether users are connected now. */
export abstract class UserPresence {
  /** What everyone sees: `offline` without a connection, else what the user chose. */
  abstract presenceOf(userId: UserId, choice: PresenceChoice): Presence;

  /** Everyone who is connected. */
  abstract connectedIds(): UserId[];
}

/** Those who share a group with someone. */
export abstract class PresenceAudience {
  /** Tells them how he is there now. */
  abstract tellOf(user: UserRecord): Promise<void>;
}
