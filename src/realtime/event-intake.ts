import { Injectable } from '@nestjs/common';
import type { Event } from 'socket.io';

import { clientEventNames } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import { depthExceeds } from '../common/json-depth.js';
import { Problem } from '../common/problem.js';
import { rateLimited } from '../common/rate-limits/rate-limits.js';
import { acceptCorrelationId, runInContext } from '../common/request-context.js';
import type { ChatSocket } from './chat-server.js';
import { isAcknowledge, refuse } from './refusal.js';

const known: ReadonlySet<string> = new Set(clientEventNames);

/** The first look at every event of a client, before any handler: is there such an event, does it look right, are there too many. */
@Injectable()
export class EventIntake {
  constructor(private readonly clock: Clock) {}

  /** Middleware of one socket. What it refuses is answered here and goes no further. */
  watch(socket: ChatSocket): void {
    socket.use((packet, next) => {
      const correlationId = acceptCorrelationId(undefined);
      // Socket.IO takes a number for a name as well, whatever its types say.
      const name: unknown = packet[0];
      const event = String(name);
      runInContext({ correlationId, userId: socket.data.actor.userId }, () => {
        const problem = this.objection(socket, packet);
        if (problem === null) next();
        else refuse(socket, { problem, event, acknowledge: packet.at(-1) });
      });
    });
  }

  private objection(socket: ChatSocket, [event, ...args]: Event): Problem | null {
    if (!this.isWithinBudget(socket, event)) return rateLimited(1);
    if (!known.has(event)) return new Problem('validation_failed', 'There is no such event.');
    if (socket.data.gate !== null) {
      return new Problem('unavailable', 'The connection is not ready before "connected".', { retryAfter: 1 });
    }
    const values = isAcknowledge(args.at(-1)) ? args.slice(0, -1) : args;
    if (values.length > 1) return new Problem('validation_failed', 'An event carries one payload.');
    const [payload] = values as unknown[];
    if (payload === undefined) return null;
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || isBinary(payload)) {
      return new Problem('validation_failed', 'The payload must be an object.');
    }
    if (depthExceeds(payload, limits.socket.maxDepth)) {
      return new Problem('validation_failed', 'The payload is nested too deeply.');
    }
    return null;
  }

  /** Messages have a rate of their own, for each user; here they only count towards the bound that ends a flood. */
  private isWithinBudget(socket: ChatSocket, event: string): boolean {
    const second = Math.floor(this.clock.now().getTime() / 1000);
    const { budget } = socket.data;
    if (budget.second !== second) socket.data.budget = { second, used: 0 };
    if (event === 'message') return true;
    socket.data.budget.used += 1;
    return socket.data.budget.used <= limits.socket.eventsPerSecond;
  }
}

function isBinary(value: object): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
