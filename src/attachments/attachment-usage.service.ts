import { Injectable } from '@nestjs/common';

import type { UserId } from '../common/ids.js';
import { AttachmentsRepository } from './attachments.repository.js';

/** What users have of their quota. */
@Injectable()
export class AttachmentUsageService {
  constructor(private readonly repository: AttachmentsRepository) {}

  /** Bytes of all files of a user, those on their way too. */
  usedBytes(userId: UserId): Promise<number> {
    return this.repository.sizeOf(userId);
  }
}
