import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { UserId } from '../common/ids.js';
import { rateLimited } from '../common/rate-limits/rate-limits.js';

/** Uploads under way: each holds memory and a connection for as long as its client likes to take. */
@Injectable()
export class UploadSlots {
  private readonly taken = new Map<UserId, number>();

  /** @throws Problem `rate_limited` when the user has as many under way on this node as he may */
  async hold<Result>(userId: UserId, work: () => Promise<Result>): Promise<Result> {
    const count = this.taken.get(userId) ?? 0;
    if (count >= limits.attachments.maxConcurrentUploads) throw rateLimited(1);
    this.taken.set(userId, count + 1);
    try {
      return await work();
    } finally {
      const left = (this.taken.get(userId) ?? 1) - 1;
      if (left === 0) this.taken.delete(userId);
      else this.taken.set(userId, left);
    }
  }
}
