import type { UserId } from '../common/ids.js';
import type { Refusal } from '../messages/message.policy.js';

/** What the rules need to know of a file. */
interface AttachmentFacts {
  uploaderId: UserId;
}

/** Its uploader renames and removes a file, and whoever moderates the group. */
export function refuseChange(userId: UserId, mayModerate: boolean, { uploaderId }: AttachmentFacts): Refusal {
  if (uploaderId === userId || mayModerate) return null;
  return { code: 'forbidden', detail: 'Only its uploader or a moderator changes a file.' };
}

/**
 * A message must say something: what is all of it is not taken out of it.
 *
 * @param filesLeft without the one that is to be removed
 */
export function refuseRemoval(content: string, filesLeft: number): Refusal {
  if (content !== '' || filesLeft > 0) return null;
  return { code: 'conflict', detail: 'The message has nothing else: delete the message.' };
}
