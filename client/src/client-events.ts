import type { MessageDeletedPayload, ServerEvents } from '../../contract/events.js';
import type { TokenPair } from './credentials.js';
import type { LinkState } from './link.js';
import type { ProblemError } from './problem-error.js';

/**
 * What `client.on` can listen to: the events of the server, and some of the client itself.
 *
 * `new_message`, `message_updated` and `message_deleted` of a group come in the order of its log, each once and none
 * left out, also over disconnections: what was missed comes when the client has caught up.
 */
export interface ClientEventMap extends Omit<ServerEvents, 'message_deleted' | 'error'> {
  /** `deletedBy` is `null` when the message was deleted while this client was away: `sync` does not say by whom. */
  message_deleted: Omit<MessageDeletedPayload, 'deletedBy'> & { deletedBy: string | null };
  /** What the server says outside of any answer. */
  error: ProblemError;
  state: LinkState;
  /** New tokens, to be kept for the next start: the former refresh token is used up. */
  tokens: TokenPair;
  /** A group's log was replaced (a restored backup): what this client knew of it was dropped and is read afresh. */
  group_reset: { groupId: string };
  /** The client has stopped for good; `null` when it was told to. */
  closed: ProblemError | null;
}
