import type { UserRole } from '../../contract/views.js';
import type { SessionId, UserId } from './ids.js';

/** Who is acting: made from a checked access token, handed to every service verb. */
export interface Actor {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly role: UserRole;
}
