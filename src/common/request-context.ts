import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What every log line of one request or one socket event carries. */
export interface RequestContext {
  correlationId: string;
  userId?: string;
}

/** The header in which a correlation id comes and goes; Node gives header names in lower case. */
export const correlationHeader = 'x-correlation-id';

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that everything it calls and awaits sees `context`. */
export function runInContext<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
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
