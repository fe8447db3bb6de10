import type { UserRole } from '../../contract/views.js';
import type { IdentityId, SessionId, UserId } from './ids.js';

/** Who is acting: made from a checked access token, handed to every service verb. */
export interface Actor {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** Set when a token of another issuer says who it is. */
  readonly identityId?: IdentityId;
  readonly role: UserRole;
}
