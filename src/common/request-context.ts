import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

import type { ProblemCode } from '../../contract/problems.js';

/** What every log line of one request or one socket event carries. */
export interface RequestContext {
  readonly correlationId: string;
  userId?: string;
  /** The template of the route, or the name of the socket event; never the path, which may carry a secret. */
  readonly route?: string;
  /** With what it was refused, once it was. */
  problem?: ProblemCode;
}

/** The header in which a correlation id comes and goes; Node gives header names in lower case. */
export const correlationHeader = 'x-correlation-id';

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that everything it calls and awaits sees `context`. */
export function runInContext<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** Runs `work` for nobody in particular: what it does later is not done in the name of the request that set it off. */
export function outsideOfContext<Result>(work: () => Result): Result {
  return storage.exit(work);
}

/** `work`, to be called at another time in the context of now. */
export function inPresentContext<Args extends unknown[], Result>(
  work: (...args: Args) => Result,
): (...args: Args) => Result {
  const context = storage.getStore();
  return context === undefined ? work : (...args) => storage.run(context, work, ...args);
}

/** The context of the request or event being served, if there is one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

/** The correlation id in force, or a new one outside of any request. */
export function currentCorrelationId(): string {
  return storage.getStore()?.correlationId ?? randomUUID();
}

/** A client's correlation id when it has the agreed form (so that it can stand in a log line), else a new UUID. */
export function acceptCorrelationId(given: unknown): string {
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}
