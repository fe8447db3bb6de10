import { Injectable } from '@nestjs/common';

import { clientEventNames } from '../../contract/events.js';
import { acceptCorrelationId, type RequestContext } from '../common/request-context.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import type { Connection } from './connection.js';

const known: ReadonlySet<unknown> = new Set(clientEventNames);
/** What stands for an event that there is not: what a client made up goes nowhere. */
const unknown = '(unknown)';

/** One event on its way. */
export interface WatchedEvent {
  /** What every log line of it carries. */
  readonly context: RequestContext;
  /** It is known by now what the client wants. */
  name(event: unknown): void;
  /** It was served or refused; to be called once. */
  end(): void;
}

/** Gives every event of a client its context, and counts it when it is through. */
@Injectable()
export class EventWatch {
  constructor(private readonly telemetry: Telemetry) {}

  begin({ state, transport }: Connection): WatchedEvent {
    const startedAt = performance.now();
    const { userId } = state.actor;
    const context = { correlationId: acceptCorrelationId(undefined), userId, route: unknown } as RequestContext & {
      route: string;
    };
    return {
      context,
      name: (event) => {
        if (known.has(event)) context.route = String(event);
      },
      end: () => {
        this.telemetry.socketEvent({
          correlationId: context.correlationId,
          transport,
          event: context.route,
          durationMs: performance.now() - startedAt,
          userId,
          code: context.problem ?? null,
        });
      },
    };
  }
}
