import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';

import type { Ack } from '../../contract/events.js';
import { toProblem } from '../common/problem-document.js';
import type { ChatSocket } from './chat-server.js';
import { countRefusal, problemDocument } from './refusal.js';

/**
 * Everything that a Socket.IO handler throws ends here: told through the ack when the client asked for one, else as an
 * `error` event. It stands on the gateway class: Nest's global filters do not reach gateways, and the default one
 * neither answers the ack nor keeps the client's payload to itself.
 */
@Catch()
export class SocketProblemFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const ws = host.switchToWs();
    refuseEvent(ws.getClient<ChatSocket>(), ws.getPattern(), host.getArgByIndex<unknown>(2), exception);
  }
}

/** A client's wish for an answer, to be called once. */
export type Acknowledge = (answer: Ack<unknown>) => void;

/** Tells a client that an event was refused. */
export function refuseEvent(socket: ChatSocket, event: string, acknowledge: unknown, error: unknown): void {
  const { connection } = socket.data;
  const problem = toProblem(error);
  const document = problemDocument(problem, event);
  if (isAcknowledge(acknowledge)) acknowledge({ ok: false, error: document });
  else connection.emit({ event: 'error', payload: document });
  countRefusal(connection, problem.code);
}

/** Whether a client asked for an answer. A function cannot come over the wire: it is Socket.IO's own. */
export function isAcknowledge(value: unknown): value is Acknowledge {
  return typeof value === 'function';
}
