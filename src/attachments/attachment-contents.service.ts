import type { Readable } from 'node:stream';

import { Injectable } from '@nestjs/common';

import type { Actor } from '../common/actor.js';
import type { AttachmentId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { AttachmentAccess } from './attachment-access.js';
import { AttachmentStorage, NotStoredError, type ByteRange } from './storage/attachment-storage.js';
import { storageKeys } from './storage-keys.js';

/** Bytes that somebody may read, and what to say of them. */
export interface OpenContent {
  fileName: string;
  contentType: string;
  size: number;
  /** The same for the same bytes only. */
  etag: string;
  /** @throws Problem `not_found` when the storage has lost them, `unavailable` */
  read: (range?: ByteRange) => Promise<Readable>;
}

/** Giving out what files hold. */
@Injectable()
export class AttachmentContentsService {
  constructor(
    private readonly access: AttachmentAccess,
    private readonly storage: AttachmentStorage,
  ) {}

  /** The file itself. @throws Problem `not_found`, `not_a_member` */
  async open(actor: Actor, id: AttachmentId): Promise<OpenContent> {
    const { fileName, contentType, size, sha256 } = await this.access.requireReadable(actor, id);
    return { fileName, contentType, size, etag: `"${sha256}"`, read: this.reader(storageKeys.content(id)) };
  }

  /** Its thumbnail. @throws Problem `not_found`, also when it has none (yet), `not_a_member` */
  async openThumbnail(actor: Actor, id: AttachmentId): Promise<OpenContent> {
    const { fileName, thumbnailSize: size, sha256 } = await this.access.requireReadable(actor, id);
    if (size === null) throw new Problem('not_found', 'This file has no thumbnail.');
    return {
      fileName: `${fileName.replace(/\.[^.]*$/, '')}.webp`,
      contentType: 'image/webp',
      size,
      etag: `"${sha256}-thumbnail"`,
      read: this.reader(storageKeys.thumbnail(id)),
    };
  }

  private reader(key: string): OpenContent['read'] {
    return async (range) => {
      try {
        return await this.storage.read(key, range);
      } catch (error) {
        if (!(error instanceof NotStoredError)) throw error;
        // Removed in this moment; or lost, which `npm run attachments:check` finds.
        throw new Problem('not_found', 'The content is not there any more.', { cause: error });
      }
    };
  }
}
