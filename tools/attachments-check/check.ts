import { createHash } from 'node:crypto';

import type { AttachmentRecord } from '../../src/attachments/attachment.schema.js';
import type { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import {
  NotStoredError,
  type AttachmentStorage,
  type StoredFile,
} from '../../src/attachments/storage/attachment-storage.js';
import { storageKeys } from '../../src/attachments/storage-keys.js';
import type { AttachmentId } from '../../src/common/ids.js';
import type { Progress } from '../support/progress.js';

/** What is wrong, by ids of files and keys of the storage. */
export interface Findings {
  /** Files that were looked at. */
  files: number;
  /** Keys in the storage that belong to no file. */
  bytesWithoutFile: string[];
  /** Files whose bytes the storage does not have. */
  filesWithoutBytes: string[];
  /** Files whose bytes are not those that came. */
  damaged: string[];
  /** Files whose thumbnail is lost. */
  lostThumbnails: string[];
  /** Remains of uploads that were broken off a day ago or earlier. */
  brokenUploads: string[];
  isFixed: boolean;
}

const dayMs = 86_400_000;

/** One look at all files. What a running server does meanwhile is not taken for a fault. */
export class Check {
  private readonly findings: Findings = {
    files: 0,
    bytesWithoutFile: [],
    filesWithoutBytes: [],
    damaged: [],
    lostThumbnails: [],
    brokenUploads: [],
    isFixed: false,
  };

  constructor(
    private readonly records: AttachmentsRepository,
    private readonly storage: AttachmentStorage,
    private readonly progress: Progress,
  ) {}

  async run({ isReading, isFixing }: { isReading: boolean; isFixing: boolean }): Promise<Findings> {
    this.progress.start('files', await this.records.count());
    try {
      await this.compare(isReading);
    } finally {
      this.progress.stop();
    }
    for await (const { id, startedAt } of this.storage.listBroken()) {
      if (Date.now() - startedAt.getTime() > dayMs) this.findings.brokenUploads.push(id);
    }
    if (isFixing) await this.fix();
    return this.findings;
  }

  /** Both lists are in the order of the ids: so they are walked side by side, and neither is held whole. */
  private async compare(isReading: boolean): Promise<void> {
    const stored = this.storage.list()[Symbol.asyncIterator]();
    let file = await next(stored);
    for await (const record of this.records.listAll()) {
      while (file !== null && storageKeys.ownerOf(file.key) < record._id) {
        await this.judgeOwnerless(file);
        file = await next(stored);
      }
      const keys = new Set<string>();
      while (file !== null && storageKeys.ownerOf(file.key) === record._id) {
        keys.add(file.key);
        file = await next(stored);
      }
      await this.judge(record, keys, isReading);
      this.progress.step();
    }
    for (; file !== null; file = await next(stored)) await this.judgeOwnerless(file);
  }

  private async judge(record: AttachmentRecord, keys: ReadonlySet<string>, isReading: boolean): Promise<void> {
    const { _id: id, thumbnail } = record;
    this.findings.files += 1;
    // On its way in or out: the server looks after it.
    if (record.state !== 'stored') return;
    if (await this.isLost(storageKeys.content(id), keys)) {
      if (await this.isStill(record)) this.findings.filesWithoutBytes.push(id);
      return;
    }
    if (thumbnail === 'ready' && (await this.isLost(storageKeys.thumbnail(id), keys)) && (await this.isStill(record))) {
      this.findings.lostThumbnails.push(id);
    }
    const original = storageKeys.original(id);
    if (keys.has(original) && (await this.isThere(original))) this.findings.bytesWithoutFile.push(original);
    if (isReading && !(await this.isWhole(record)) && (await this.isStill(record))) this.findings.damaged.push(id);
  }

  private async judgeOwnerless({ key }: StoredFile): Promise<void> {
    // It may have come since the records were read: they are made before the bytes.
    if ((await this.records.findById(storageKeys.ownerOf(key))) === null) this.findings.bytesWithoutFile.push(key);
  }

  /** The list of the storage may have been read before the file came: so what is missing in it is asked for by itself. */
  private async isLost(key: string, keys: ReadonlySet<string>): Promise<boolean> {
    return !keys.has(key) && !(await this.isThere(key));
  }

  private async isThere(key: string): Promise<boolean> {
    try {
      (await this.storage.read(key)).destroy();
      return true;
    } catch (error) {
      if (error instanceof NotStoredError) return false;
      throw error;
    }
  }

  /** It was not removed since it was read. */
  private async isStill({ _id: id }: AttachmentRecord): Promise<boolean> {
    return (await this.records.findById(id))?.state === 'stored';
  }

  private async isWhole({ _id: id, sha256, size }: AttachmentRecord): Promise<boolean> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of await this.storage.read(storageKeys.content(id))) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
    } catch (error) {
      // A chunk is missing, or the file went in this moment; a storage that does not answer is another matter.
      if (error instanceof NotStoredError || (error instanceof Error && error.message.includes('missing or damaged')))
        return false;
      throw error;
    }
    return bytes === size && hash.digest('hex') === sha256;
  }

  private async fix(): Promise<void> {
    const { bytesWithoutFile, filesWithoutBytes, lostThumbnails, brokenUploads } = this.findings;
    if (bytesWithoutFile.length > 0) await this.storage.remove(bytesWithoutFile);
    for (const id of filesWithoutBytes as AttachmentId[]) {
      await this.storage.remove(storageKeys.all(id));
      await this.records.deleteAnyway(id);
    }
    for (const id of lostThumbnails as AttachmentId[]) await this.records.askForThumbnail(id, new Date());
    if (brokenUploads.length > 0) await this.storage.removeBroken(brokenUploads);
    this.findings.isFixed = true;
  }
}

async function next(files: AsyncIterator<StoredFile>): Promise<StoredFile | null> {
  const { value, done } = (await files.next()) as IteratorResult<StoredFile, undefined>;
  return done === true ? null : value;
}
