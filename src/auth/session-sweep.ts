import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { SessionsService } from './sessions.service.js';

const intervalMs = 10 * 60_000;

/** Removes expired sessions every ten minutes. Two nodes doing so at once do no harm. */
@Injectable()
export class SessionSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SessionSweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sessions: SessionsService) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sessions.sweep().catch((error: unknown) => {
        // Nothing waits for a sweep; the next one tries again.
        this.logger.warn({ err: error }, 'the sweep of expired sessions failed');
      });
    }, intervalMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
