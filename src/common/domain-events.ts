import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';

import { currentContext } from './request-context.js';

/**
 * What happened, by name. Each module adds its own rows by declaration merging (`groups/group.events.ts` and so on),
 * so that this file knows none of them and yet every listener is typed.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by declaration merging
export interface DomainEventMap {}

export type DomainEventName = keyof DomainEventMap;

/**
 * One event with its name, as a union over all of them, and the request or socket event that made it; a job of the
 * background has none.
 */
export type DomainEvent = {
  [Name in DomainEventName]: { name: Name; payload: DomainEventMap[Name]; correlationId: string | null };
}[DomainEventName];

/**
 * Carries domain events from services to whoever listens. Listeners run at once and in order, before `publish`
 * returns: rooms are changed before the caller is answered, and broadcasts leave in the order of the log.
 * A service publishes after the database has acknowledged its write, never before.
 */
@Injectable()
export class DomainEvents {
  private readonly logger = new Logger(DomainEvents.name);
  private readonly subject = new Subject<DomainEvent>();

  /** Every event of this process, in order. A listener must not throw: what it throws is logged, and goes no further. */
  listen(listener: (event: DomainEvent) => void): { stop: () => void } {
    const subscription = this.subject.subscribe((event) => {
      try {
        listener(event);
      } catch (error) {
        // The write is done and acknowledged; a listener's fault must neither undo it nor silence the next listener.
        const { name, correlationId } = event;
        this.logger.error({ err: error, event: name, correlationId }, 'a listener of domain events failed');
      }
    });
    return {
      stop: () => {
        subscription.unsubscribe();
      },
    };
  }

  publish<Name extends DomainEventName>(name: Name, payload: DomainEventMap[Name]): void {
    const correlationId = currentContext()?.correlationId ?? null;
    this.subject.next({ name, payload, correlationId } as unknown as DomainEvent);
  }
}
