import { Injectable } from '@nestjs/common';

import { clientEventNames, type ClientEventName } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import { depthExceeds } from '../common/json-depth.js';
import { Problem } from '../common/problem.js';
import { rateLimited } from '../common/rate-limits/rate-limits.js';
import type { Connection } from './connection.js';

const known: ReadonlySet<string> = new Set(clientEventNames);

/** The first look at every event of a client, before any handler: is there such an event, does it look right, are there too many. */
@Injectable()
export class EventIntake {
  constructor(private readonly clock: Clock) {}

  /**
   * Lets an event in; whoever serves it calls `done` when it is through.
   *
   * @throws Problem `rate_limited` or `validation_failed`
   */
  admit(connection: Connection, event: unknown, payload: unknown): { event: ClientEventName; done: () => void } {
    this.countAgainstBudget(connection, event);
    if (typeof event !== 'string' || !known.has(event)) {
      throw new Problem('validation_failed', 'There is no such event.');
    }
    requirePlainPayload(payload);
    const { state } = connection;
    if (state.pending >= limits.socket.maxPending) throw rateLimited(1);
    state.pending += 1;
    return {
      event: event as ClientEventName,
      done: () => {
        state.pending -= 1;
      },
    };
  }

  /** Messages have a rate of their own, for each user. */
  private countAgainstBudget({ state }: Connection, event: unknown): void {
    if (event === 'message') return;
    const second = Math.floor(this.clock.now().getTime() / 1000);
    if (state.budget.second !== second) state.budget = { second, used: 0 };
    state.budget.used += 1;
    if (state.budget.used > limits.socket.eventsPerSecond) throw rateLimited(1);
  }
}

function requirePlainPayload(payload: unknown): void {
  if (payload === undefined) return;
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || isBinary(payload)) {
    throw new Problem('validation_failed', 'The payload must be an object.');
  }
  if (depthExceeds(payload, limits.socket.maxDepth)) {
    throw new Problem('validation_failed', 'The payload is nested too deeply.');
  }
}

function isBinary(value: object): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
