import { Logger } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import { toProblemDocument } from '../common/problem-document.js';
import type { Problem } from '../common/problem.js';
import { currentCorrelationId } from '../common/request-context.js';
import type { ChatSocket } from './chat-server.js';

type Acknowledge = (answer: unknown) => void;

/** Whether a client asked for an answer. A function cannot come over the wire: it is Socket.IO's own. */
export function isAcknowledge(value: unknown): value is Acknowledge {
  return typeof value === 'function';
}

const logger = new Logger('Realtime');

/**
 * Tells a client that an event was refused: through its ack when it asked for one, else as an `error` event. Nothing
 * of what the client sent goes back. After too many refusals in a row the socket is closed.
 */
export function refuse(
  socket: ChatSocket,
  { problem, event, acknowledge }: { problem: Problem; event: string; acknowledge: unknown },
): void {
  const correlationId = currentCorrelationId();
  if (problem.code === 'internal_error') logger.error({ err: problem.cause, event, correlationId }, 'an event failed');
  const document = toProblemDocument(problem, { instance: event.slice(0, 64), correlationId });
  if (isAcknowledge(acknowledge)) acknowledge({ ok: false, error: document });
  else socket.emit('error', document);
  if (problem.code !== 'validation_failed' && problem.code !== 'rate_limited') return;
  socket.data.refusedInARow += 1;
  if (socket.data.refusedInARow >= limits.socket.maxRefusedInARow) {
    logger.warn({ userId: socket.data.actor.userId, code: problem.code }, 'a socket was closed: nothing but refusals');
    socket.disconnect(true);
  }
}
