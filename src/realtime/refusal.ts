import { Logger } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { ProblemCode, ProblemDocument } from '../../contract/problems.js';
import { toProblemDocument } from '../common/problem-document.js';
import type { Problem } from '../common/problem.js';
import { currentContext, currentCorrelationId } from '../common/request-context.js';
import type { Connection } from './connection.js';

const logger = new Logger('Realtime');

/** Refusals that only a client at fault gets: enough of them in a row end the connection. */
const faults: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'validation_failed',
  'malformed_json',
  'payload_too_large',
  'rate_limited',
]);

/**
 * The document with which an event is refused; what is not ours is logged here. Nothing of what the client sent goes
 * back.
 *
 * @param instance the event's name, or the path of the connection
 */
export function problemDocument(problem: Problem, instance: string): ProblemDocument {
  const correlationId = currentCorrelationId();
  if (problem.code === 'internal_error') {
    logger.error({ err: problem.cause, instance, correlationId }, 'a socket event failed');
  }
  return toProblemDocument(problem, { instance: instance.slice(0, 64), correlationId });
}

/** Counts a refusal, and notes it for the log of events; after too many in a row the connection is closed. */
export function countRefusal(connection: Connection, code: ProblemCode): void {
  const { state } = connection;
  const context = currentContext();
  if (context !== undefined) context.problem = code;
  if (!faults.has(code)) return;
  state.refusedInARow += 1;
  if (state.refusedInARow < limits.socket.maxRefusedInARow || !connection.isOpen()) return;
  logger.warn({ userId: state.actor.userId, code }, 'a connection was closed: nothing but refusals');
  connection.close(code === 'rate_limited' ? 'rate_limited' : 'protocol_error');
}
