import type { BroadcastPayload } from '../../contract/observatory.js';

declare module '../common/domain-events.js' {
  interface DomainEventMap {
    'observatory.changed': BroadcastPayload;
  }
}
