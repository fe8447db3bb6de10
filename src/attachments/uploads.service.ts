import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { Inject, Injectable, Logger } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { AttachmentView } from '../../contract/attachment-views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { newAttachmentId, type GroupId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { RateLimits } from '../common/rate-limits/rate-limits.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { GroupAccess } from '../groups/group-access.js';
import { AttachmentDisposalService } from './attachment-disposal.service.js';
import { AttachmentViewsService } from './attachment-views.service.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { AttachmentsRepository, type StoredFacts } from './attachments.repository.js';
import { ContentTypes } from './content/content-types.js';
import { textCheck } from './content/text-check.js';
import { isContradicted } from './declared-type.js';
import { cleanFileName } from './file-name.js';
import { Meter, tooLarge } from './meter.js';
import { nextReview } from './next-review.js';
import { Pictures } from './pictures/pictures.js';
import { piped } from './piped.js';
import { sampled, type Sampled } from './sampled.js';
import { AttachmentStorage } from './storage/attachment-storage.js';
import { storageKeys } from './storage-keys.js';
import { ThumbnailsService } from './thumbnails.service.js';
import { UploadSlots } from './upload-slots.js';

/** A file as it comes in. */
export interface IncomingFile {
  fileName: string;
  /** As the client says. */
  declaredType: string;
  content: Readable;
  /** Bytes that it can have at most, as far as is known beforehand. */
  maxBytes: number;
  /** Resolves when what came with the file has ended as it should; only then does the upload count. */
  end: Promise<void>;
}

/** For whom it is: the members of a group, or everyone who sees its uploader. */
export type UploadTarget = { purpose: 'message'; groupId: GroupId } | { purpose: 'avatar' };

/** What the beginning of a file tells. */
interface Judged {
  sample: Sampled;
  contentType: string;
  pixels: { width: number; height: number } | null;
}

/** What was stored, and what is known of it by now. */
type Content = Pick<StoredFacts, 'contentType' | 'size' | 'sha256' | 'width' | 'height' | 'thumbnail'>;

const headRange = { start: 0, end: limits.attachments.sampleBytes - 1 };

const plainFile = { contentType: 'application/octet-stream', width: null, height: null, thumbnail: 'none' } as const;

/** Beyond the time that a request may take, an upload that is not stored was broken off. */
const brokenOffAfterMs = limits.attachments.uploadTimeoutMs + 5 * 60_000;

/** Taking files in. The verb goes: access, rule, write; nobody but the uploader is told of it. */
@Injectable()
export class UploadsService {
  private readonly logger = new Logger(UploadsService.name);

  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly storage: AttachmentStorage,
    private readonly types: ContentTypes,
    private readonly pictures: Pictures,
    private readonly thumbnails: ThumbnailsService,
    private readonly disposal: AttachmentDisposalService,
    private readonly views: AttachmentViewsService,
    private readonly slots: UploadSlots,
    private readonly access: GroupAccess,
    private readonly rates: RateLimits,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts an upload of the actor's against his rate, and lets only so many of his be under way at once.
   *
   * @throws Problem `rate_limited`
   */
  begin<Result>(actor: Actor, work: () => Promise<Result>): Promise<Result> {
    this.rates.use('uploadsPerMinute', actor.userId);
    return this.slots.hold(actor.userId, work);
  }

  /**
   * Stores a file while it comes in. It is its uploader's alone until a message takes it; when anything goes wrong,
   * nothing of it stays.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden` to write to the group, `payload_too_large` for too many bytes
   *   or pixels, or when the uploader's quota is used up, `unsupported_media_type` for a type that is not taken or not
   *   what was declared, `validation_failed` for an empty file, `unavailable`
   */
  async store(actor: Actor, target: UploadTarget, file: IncomingFile): Promise<AttachmentView> {
    if (target.purpose === 'message') await this.access.require(actor, target.groupId, 'send');
    const judged = await this.judge(target, file);
    const record = await this.reserve(actor, target, file, judged);
    let stored: AttachmentRecord;
    try {
      const content = await this.write(record, judged);
      await file.end;
      stored = await this.finish(record, content);
    } catch (error) {
      await this.undo(record);
      throw error;
    }
    if (stored.thumbnail === 'pending') this.thumbnails.start(stored);
    return this.views.of(stored);
  }

  /** By its first bytes, before any of it is stored. */
  private async judge(target: UploadTarget, { content, declaredType }: IncomingFile): Promise<Judged> {
    const sample = await sampled(content, limits.attachments.sampleBytes);
    const { head, isWhole } = sample;
    if (head.length === 0) throw Problem.field('file', 'is empty');
    const contentType = await this.types.detect(head, isWhole);
    if (contentType === null) throw new Problem('unsupported_media_type', 'Files of this type are not taken.');
    if (isContradicted(declaredType, contentType)) {
      throw new Problem('unsupported_media_type', `The file is not what it is declared to be, but ${contentType}.`);
    }
    const pixels = contentType.startsWith('image/') ? await this.pictures.inspect(head) : null;
    if (target.purpose === 'avatar' && !this.pictures.needsCleaning(contentType)) {
      throw new Problem('unsupported_media_type', 'An avatar is a picture.');
    }
    return { sample, contentType, pixels };
  }

  /** Keeps room in the quota: the record counts from its first moment on, so that two uploads cannot share what is left. */
  private async reserve(
    { userId }: Actor,
    target: UploadTarget,
    file: IncomingFile,
    { contentType, pixels, sample }: Judged,
  ): Promise<AttachmentRecord> {
    const largest = this.largestOf(target);
    const size = sample.isWhole ? sample.head.length : Math.min(file.maxBytes, largest);
    if (size > largest) throw tooLarge(largest);
    const now = this.clock.now();
    const record: AttachmentRecord = {
      _id: newAttachmentId(),
      groupId: target.purpose === 'message' ? target.groupId : null,
      uploaderId: userId,
      fileName: cleanFileName(file.fileName) || 'file',
      contentType,
      size,
      sha256: '',
      ...measured(pixels),
      thumbnailSize: null,
      state: 'storing',
      messageId: null,
      takenFor: null,
      createdAt: now,
      reviewAt: new Date(now.getTime() + brokenOffAfterMs),
    };
    await withKnownOutcome(
      async () => {
        await this.repository.insert(record);
        return true;
      },
      async () => (await this.repository.findById(record._id)) !== null,
    );
    try {
      await this.assertWithinQuota(userId);
    } catch (error) {
      await this.undo(record);
      throw error;
    }
    return record;
  }

  private async assertWithinQuota(userId: UserId): Promise<void> {
    const used = await this.repository.sizeOf(userId);
    if (used <= this.settings.UPLOAD_QUOTA_BYTES) return;
    throw new Problem('payload_too_large', 'With this file you would have more bytes stored than you may.');
  }

  private largestOf({ purpose }: UploadTarget): number {
    const { MAX_UPLOAD_BYTES } = this.settings;
    return purpose === 'avatar' ? Math.min(MAX_UPLOAD_BYTES, limits.attachments.avatarMaxBytes) : MAX_UPLOAD_BYTES;
  }

  private async write(record: AttachmentRecord, { sample, contentType, pixels }: Judged): Promise<Content> {
    // No more than was kept room for: it may be less than what a file may have.
    const meter = new Meter(record.size);
    // Whatever its head tells: cameras may write so much before the size that the head does not reach it.
    const isCleaned = this.pictures.needsCleaning(contentType);
    const key = (isCleaned ? storageKeys.original : storageKeys.content)(record._id);
    const isText = contentType.startsWith('text/');
    const bytes = isText ? piped(sample.all, textCheck(), meter) : piped(sample.all, meter);
    await this.storage.write(key, bytes);
    const came = { contentType, size: meter.size, sha256: meter.sha256(), ...measured(pixels) };
    return isCleaned ? this.clean(record, came, saysMore(sample.head)) : came;
  }

  /**
   * A picture is stored as it came and then once more without what says where and by whom it was taken. What cannot be
   * decoded is kept as a plain file, as it came: never shown, only downloaded.
   *
   * @param isTelling it has such words in it, which could not be taken out of a plain file: then it is not taken
   */
  private async clean(
    { _id: id, groupId, uploaderId, size }: AttachmentRecord,
    came: Content,
    isTelling: boolean,
  ): Promise<Content> {
    const original = storageKeys.original(id);
    const content = storageKeys.content(id);
    const meter = new Meter(this.settings.MAX_UPLOAD_BYTES);
    try {
      const picture = this.pictures.clean(await this.storage.read(original), came.contentType);
      await this.storage.write(content, piped(picture, meter));
      if (meter.size > size) {
        // Written anew it has become larger than what room was kept for.
        await this.repository.setSize(id, meter.size);
        await this.assertWithinQuota(uploaderId);
      }
      const pixels = await this.pictures.inspect(await buffer(await this.storage.read(content, headRange)));
      return { ...came, ...measured(pixels), size: meter.size, sha256: meter.sha256() };
    } catch (error) {
      const isUndecodable = error instanceof Problem && error.code === 'unsupported_media_type';
      if (!isUndecodable || isTelling || groupId === null) throw error;
      await this.storage.write(content, await this.storage.read(original));
      return { ...came, ...plainFile };
    } finally {
      await this.storage.remove([original]);
    }
  }

  private async finish(record: AttachmentRecord, content: Content): Promise<AttachmentRecord> {
    const { _id: id } = record;
    const stored: AttachmentRecord = { ...record, ...content, state: 'stored' };
    const facts: StoredFacts = { ...content, reviewAt: nextReview(stored, this.clock.now()) };
    const isStored = await withKnownOutcome(
      () => this.repository.finish(id, facts),
      async () => (await this.repository.findById(id))?.state === 'stored',
    );
    // The account was deleted meanwhile, or it took longer than an upload can.
    if (!isStored) throw new Problem('not_found', 'The file was removed while it was being stored.');
    return { ...stored, ...facts };
  }

  /** What was begun must not count. The sweep does what cannot be done now. */
  private async undo(record: AttachmentRecord): Promise<void> {
    try {
      if (await this.disposal.dispose(record, null)) return;
      // Who removed it meanwhile, with its account or as broken off, did not know of the bytes that came after.
      if ((await this.repository.findById(record._id)) === null) await this.disposal.finish(record._id);
    } catch (error) {
      this.logger.warn({ err: error, attachmentId: record._id }, 'what is left of an upload waits for the sweep');
    }
  }
}

/** Pictures have a measure and are to have a thumbnail; other files have neither. */
function measured(pixels: Judged['pixels']): Pick<Content, 'width' | 'height' | 'thumbnail'> {
  if (pixels === null) return { width: null, height: null, thumbnail: 'none' };
  return { width: pixels.width, height: pixels.height, thumbnail: 'pending' };
}

/** Whether the beginning of a picture holds EXIF or XMP, as the formats mark them. */
function saysMore(head: Buffer): boolean {
  return /Exif\0\0|eXIf|EXIF|XMP |ns\.adobe\.com\/xap/.test(head.toString('latin1'));
}
