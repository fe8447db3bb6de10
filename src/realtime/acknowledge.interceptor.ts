import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';

import type { Ack } from '../../contract/events.js';
import type { ChatSocket } from './chat-server.js';

/** Wraps what a handler returns into the acknowledgement that clients get. */
@Injectable()
export class AcknowledgeInterceptor implements NestInterceptor<unknown, Ack<unknown>> {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<Ack<unknown>> {
    return next.handle().pipe(
      map((data) => {
        context.switchToWs().getClient<ChatSocket>().data.refusedInARow = 0;
        return { ok: true, data: data ?? null };
      }),
    );
  }
}
