import type { UserId } from '../common/ids.js';

/**
 * Invitations, as far as a registration needs them. They belong to groups, which know users and not the other way round;
 * so users state here what is needed, and the groups module provides it.
 */
export abstract class RegistrationInvites {
  /** @throws Problem `not_found` or `gone` when nobody can come in by this code now */
  abstract require(code: string): Promise<unknown>;

  /**
   * Uses the code up for a new user, and lets him into the group that it is for.
   *
   * @throws Problem `not_found` or `gone` when somebody else used it up meanwhile
   */
  abstract accept(userId: UserId, code: string): Promise<unknown>;
}
