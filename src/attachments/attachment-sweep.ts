import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { AttachmentReviewService } from './attachment-review.service.js';

const intervalMs = 10 * 60_000;

/** Looks after files every ten minutes, and at the start, when a server that was killed may have left some. */
@Injectable()
export class AttachmentSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(AttachmentSweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly reviews: AttachmentReviewService) {}

  onApplicationBootstrap(): void {
    this.sweep();
    this.timer = setInterval(() => {
      this.sweep();
    }, intervalMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sweep(): void {
    this.reviews.review().catch((error: unknown) => {
      // Nothing waits for a sweep; the next one tries again.
      this.logger.warn({ err: error }, 'the sweep of files failed');
    });
  }
}
