import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';

import { toProblem } from '../common/problem-document.js';
import type { ChatSocket } from './chat-server.js';
import { refuse } from './refusal.js';

/**
 * Everything that a socket handler throws ends here. It stands on the gateway class: Nest's global filters do not reach
 * gateways, and the default one neither answers the ack nor keeps the client's payload to itself.
 */
@Catch()
export class SocketProblemFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const ws = host.switchToWs();
    refuse(ws.getClient<ChatSocket>(), {
      problem: toProblem(exception),
      event: ws.getPattern(),
      acknowledge: host.getArgByIndex<unknown>(2),
    });
  }
}
