import { createReadStream, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { AttachmentRecord } from '../../src/attachments/attachment.schema.js';
import type { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import type { ContentTypes } from '../../src/attachments/content/content-types.js';
import { textCheck } from '../../src/attachments/content/text-check.js';
import { cleanFileName } from '../../src/attachments/file-name.js';
import { Meter } from '../../src/attachments/meter.js';
import { piped } from '../../src/attachments/piped.js';
import { sampled } from '../../src/attachments/sampled.js';
import { snapshotOf } from '../../src/attachments/snapshot.js';
import type { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { storageKeys } from '../../src/attachments/storage-keys.js';
import { limits } from '../../contract/limits.js';
import type { AttachmentId, GroupId, MessageId, UserId } from '../../src/common/ids.js';
import { Problem } from '../../src/common/problem.js';
import type { MessageAttachment } from '../../src/messages/message.schema.js';
import type { ExportedFile } from '../support/export-lines.js';
import { derivedId } from './derived-id.js';

/** Until then a message that is about to be written must be there; a server's sweep then frees its files. */
const settledAfterMs = 10 * 60_000;

const plainType = 'application/octet-stream';

/** Why a file was left out. */
export interface RefusedFile {
  reason: string;
}

/** Puts the files of an export into the storage, each checked as an upload is. */
export class ImportedFiles {
  imported = 0;
  bytes = 0;

  constructor(
    private readonly path: string,
    private readonly records: AttachmentsRepository,
    private readonly storage: AttachmentStorage,
    private readonly types: ContentTypes,
  ) {}

  /**
   * Stores a file for a message that is written next. Doing so twice is doing so once.
   *
   * @returns what the message keeps of it, or why it goes without
   */
  async store(
    file: ExportedFile,
    place: { groupId: GroupId; messageId: MessageId; uploaderId: UserId },
  ): Promise<MessageAttachment | RefusedFile> {
    const found = this.find(file);
    if (found === null) return { reason: 'it is not there' };
    const createdAt = new Date(file.createdAt);
    const id = derivedId(createdAt, ['attachment', place.groupId, file.id]) as AttachmentId;
    const stored = await this.write(id, file, found);
    if ('reason' in stored) return stored;
    const isPicture = stored.contentType.startsWith('image/') && file.width !== null && file.height !== null;
    const record: AttachmentRecord = {
      _id: id,
      ...place,
      fileName: cleanFileName(file.fileName) || 'file',
      contentType: stored.contentType,
      size: file.size,
      sha256: file.sha256,
      width: isPicture ? file.width : null,
      height: isPicture ? file.height : null,
      // The server makes it.
      thumbnail: isPicture ? 'pending' : 'none',
      thumbnailSize: null,
      state: 'stored',
      takenFor: null,
      createdAt,
      reviewAt: new Date(Date.now() + settledAfterMs),
    };
    await this.records.put(record);
    this.imported += 1;
    this.bytes += file.size;
    return snapshotOf(record);
  }

  /** The message is written. What is to have a thumbnail is for the server to look at, and soon. */
  async settle(files: readonly MessageAttachment[]): Promise<void> {
    for (const { id, width } of files) await this.records.setReview(id, width === null ? null : new Date());
  }

  private find(file: ExportedFile): string | null {
    const places = [
      ...(file.path === null ? [] : [join(dirname(this.path), file.path)]),
      `${this.path}.files/${file.id}`,
    ];
    // Not what a link leads to, and nothing that never ends.
    return places.find((place) => lstatSync(place, { throwIfNoEntry: false })?.isFile() === true) ?? null;
  }

  private async write(
    id: AttachmentId,
    file: ExportedFile,
    path: string,
  ): Promise<{ contentType: string } | RefusedFile> {
    const key = storageKeys.content(id);
    const meter = new Meter(file.size);
    const source = createReadStream(path);
    try {
      const { head, isWhole, all } = await sampled(source, limits.attachments.sampleBytes);
      const contentType = file.contentType === plainType ? plainType : await this.types.detect(head, isWhole);
      if (contentType === null) return { reason: 'files of its type are not taken' };
      const bytes = contentType.startsWith('text/') ? piped(all, textCheck(), meter) : piped(all, meter);
      await this.storage.write(key, bytes);
      if (meter.size === file.size && meter.sha256() === file.sha256) return { contentType };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'unavailable') throw error;
    } finally {
      source.destroy();
    }
    await this.storage.remove([key]);
    return { reason: 'it is not what was exported' };
  }
}
