import type { MessageView } from '../../contract/views.js';
import type { MessageUpdatedPayload } from '../../contract/events.js';
import type { UserId } from '../common/ids.js';

declare module '../common/domain-events.js' {
  interface DomainEventMap {
    /** `mentioned`: who is told of it besides the group, those who are members then. */
    'message.created': { message: MessageView; mentioned: readonly UserId[] };
    'message.reacted': Required<Omit<MessageUpdatedPayload, 'pin'>>;
    'message.pinned': Required<Omit<MessageUpdatedPayload, 'reaction'>>;
    'message.edited': { message: MessageView };
    'message.deleted': { message: MessageView; deletedBy: UserId };
    /** What it says of the files that it carries is another. */
    'message.files_changed': { message: MessageView };
    'message.restored': { message: MessageView };
  }
}
