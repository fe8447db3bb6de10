import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

import { inPresentContext, outsideOfContext } from '../common/request-context.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { Meter } from './meter.js';
import { Pictures } from './pictures/pictures.js';
import { piped } from './piped.js';
import { SnapshotsService } from './snapshots.service.js';
import { AttachmentStorage } from './storage/attachment-storage.js';
import { storageKeys } from './storage-keys.js';
import { UploaderNews } from './uploader-news.js';

/** What waits beyond this is left to the sweep. */
const maxWaiting = 1_000;

/** No thumbnail is near this. */
const maxThumbnailBytes = 4_194_304;

/**
 * Makes thumbnails, one after the other and off the path of any request. What is left undone when the server stops, or
 * fails, is taken up by the sweep.
 */
@Injectable()
export class ThumbnailsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ThumbnailsService.name);
  private readonly waiting = new Map<string, () => Promise<void>>();
  private running: Promise<void> | undefined;

  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly storage: AttachmentStorage,
    private readonly pictures: Pictures,
    private readonly snapshots: SnapshotsService,
    private readonly news: UploaderNews,
  ) {}

  /** A picture is to have one; nobody waits for it. */
  start(record: AttachmentRecord): void {
    if (this.waiting.size >= maxWaiting) return;
    // One works for many: what is done for a picture is done in the name of the request that brought it.
    this.waiting.set(
      record._id,
      inPresentContext(() => this.attempt(record)),
    );
    this.running ??= outsideOfContext(() => this.run());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.waiting.clear();
    await this.running;
  }

  private async run(): Promise<void> {
    for (const [id, attempt] of this.waiting) {
      this.waiting.delete(id);
      await attempt();
    }
    this.running = undefined;
  }

  private async attempt(record: AttachmentRecord): Promise<void> {
    try {
      await this.make(record);
    } catch (error) {
      this.logger.warn({ err: error, attachmentId: record._id }, 'a thumbnail could not be made now');
    }
  }

  private async make({ _id: id }: AttachmentRecord): Promise<void> {
    const key = storageKeys.thumbnail(id);
    const size = await this.store(id, key);
    const changed = await this.repository.setThumbnail(id, size);
    if (changed === null) {
      // It is removed, and its bytes may be gone already; or another node was faster: this one is as good as the other.
      if ((await this.repository.findById(id))?.state !== 'stored') await this.storage.remove([key]);
      return;
    }
    if (size !== null && changed.messageId !== null) await this.snapshots.refresh(changed);
    await this.news.tell(changed);
  }

  /** @returns its bytes; `null` when there cannot be one */
  private async store(id: AttachmentRecord['_id'], key: string): Promise<number | null> {
    const thumbnail = await this.pictures.thumbnail(await this.storage.read(storageKeys.content(id)));
    if (thumbnail === null) return null;
    const meter = new Meter(maxThumbnailBytes);
    await this.storage.write(key, piped(thumbnail, meter));
    return meter.size;
  }
}
