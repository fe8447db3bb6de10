import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, map, type Observable } from 'rxjs';

import type { Ack } from '../../contract/events.js';
import type { ChatSocket } from './chat-server.js';

/** Wraps what a handler returns into the acknowledgement that clients get, and sees the end of every event. */
@Injectable()
export class AcknowledgeInterceptor implements NestInterceptor<unknown, Ack<unknown>> {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<Ack<unknown>> {
    const { state } = context.switchToWs().getClient<ChatSocket>().data.connection;
    return next.handle().pipe(
      map((data) => {
        state.refusedInARow = 0;
        return { ok: true as const, data: data ?? null };
      }),
      finalize(() => {
        state.pending -= 1;
      }),
    );
  }
}
