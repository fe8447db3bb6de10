import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { OtherNodes } from '../common/other-nodes.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { AttachmentReviewService } from './attachment-review.service.js';

const intervalMs = 10 * 60_000;

/** Looks after files at the start, when a server that was killed may have left some, and every ten minutes, on one node for all. */
@Injectable()
export class AttachmentSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: RepeatedWork;

  constructor(reviews: AttachmentReviewService, nodes: OtherNodes) {
    this.sweeping = new RepeatedWork('the sweep of files', intervalMs, (stopping) => reviews.review(stopping), {
      job: 'attachment-sweep',
      nodes,
    });
  }

  onApplicationBootstrap(): void {
    this.sweeping.start({ atOnce: true });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweeping.stop();
  }
}
