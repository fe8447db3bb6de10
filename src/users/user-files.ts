import type { AttachmentId, UserId } from '../common/ids.js';

/**
 * What users need of the files that they upload. Attachments know users and not the other way round; so users state here
 * what is needed, and the attachments module provides it.
 */
export abstract class UserFiles {
  /**
   * A picture is about to become somebody's avatar; from here on it is not removed for being nobody's.
   *
   * @throws Problem `validation_failed` when it is not a picture that he uploaded as an avatar
   */
  abstract holdAvatar(userId: UserId, id: AttachmentId): Promise<void>;

  /** Somebody's avatar is about to become nobody's: whatever comes between, it will not stay for good. */
  abstract expectDrop(id: AttachmentId): Promise<void>;

  /** A picture is nobody's avatar any more. It does not fail: what cannot be done now is done later. */
  abstract dropAvatar(id: AttachmentId): Promise<void>;

  /** The account was deleted: what is in messages stays with them, everything else goes. */
  abstract eraseOf(userId: UserId): Promise<void>;
}
