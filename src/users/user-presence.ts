import type { Presence, PresenceChoice } from '../../contract/views.js';
import type { UserId } from '../common/ids.js';

// Connections are known to the realtime module, which knows users and not the other way round; so users state here what
// they need, and realtime provides it.

/** Whether users are connected now. */
export abstract class UserPresence {
  /** What everyone sees: `offline` without a connection, else what the user chose. */
  abstract presenceOf(userId: UserId, choice: PresenceChoice): Presence;

  /** Everyone who is connected. */
  abstract connectedIds(): UserId[];
}
