import type { SessionEndReason } from '../../contract/events.js';
import type { SessionId, UserId } from '../common/ids.js';

declare module '../common/domain-events.js' {
  interface DomainEventMap {
    'session.ended': { sessionId: SessionId; userId: UserId; reason: SessionEndReason };
  }
}
