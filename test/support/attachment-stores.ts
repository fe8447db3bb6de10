import { randomUUID } from 'node:crypto';

import mongoose from 'mongoose';

import type { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { GridfsStorage } from '../../src/attachments/storage/gridfs/gridfs.storage.js';
import {
  gridfsChunkModel,
  gridfsChunkSchema,
  type GridfsChunkRecord,
} from '../../src/attachments/storage/gridfs/gridfs-chunk.schema.js';
import {
  gridfsFileModel,
  gridfsFileSchema,
  type GridfsFileRecord,
} from '../../src/attachments/storage/gridfs/gridfs-file.schema.js';
import { GridfsFilesRepository } from '../../src/attachments/storage/gridfs/gridfs-files.repository.js';
import { connectS3 } from '../../src/attachments/storage/s3/s3-connection.js';
import { S3Storage } from '../../src/attachments/storage/s3/s3.storage.js';
import { Clock } from '../../src/common/clock.js';
import { readSettings } from '../../src/config/settings.js';
import { S3Server } from './s3-server.js';

/** A store of attachments on a real server, empty, and what a test needs to know of it. */
export interface OpenStore {
  readonly storage: AttachmentStorage;
  /** How much lies in the store, finished or not: 0 when nothing is left. */
  countTraces(): Promise<number>;
  /** Begins an upload that never ends, the way one that a crash cut off looks. */
  leaveBrokenUpload(): Promise<void>;
  /** From now on the store does not answer. */
  goAway(): Promise<void>;
  close(): Promise<void>;
}

export async function openGridfsStore(): Promise<OpenStore & { repository: GridfsFilesRepository }> {
  const uri = process.env['CONFAB_TEST_MONGODB_URI'];
  if (uri === undefined) throw new Error('the global setup of the tests has not run');
  const options = { dbName: `files-${randomUUID().slice(0, 30)}`, autoIndex: false, autoCreate: false };
  const writeConcern = { w: 1, journal: true };
  const connection = await mongoose.createConnection(uri, { ...options, writeConcern }).asPromise();
  const files = connection.model<GridfsFileRecord>(gridfsFileModel, gridfsFileSchema);
  const chunks = connection.model<GridfsChunkRecord>(gridfsChunkModel, gridfsChunkSchema);
  await Promise.all([files.createIndexes(), chunks.createIndexes()]);
  const repository = new GridfsFilesRepository(files, chunks);
  return {
    storage: new GridfsStorage(repository, new Clock()),
    repository,
    countTraces: async () => (await files.countDocuments()) + (await chunks.countDocuments()),
    leaveBrokenUpload: () => repository.insertChunk(repository.newId(), 0, Buffer.from('half')),
    goAway: () => connection.getClient().close(),
    close: async () => {
      await connection.close();
      const again = await mongoose.createConnection(uri, options).asPromise();
      await again.dropDatabase();
      await again.close();
    },
  };
}

export async function openS3Store(): Promise<OpenStore & { server: S3Server }> {
  const server = await S3Server.start();
  const settings = { ...readSettings(server.settings), JWT_SECRET: 'x'.repeat(32) };
  const connection = await connectS3(settings);
  let isAway = false;
  const goAway = async () => {
    if (isAway) return;
    isAway = true;
    await server.stop();
  };
  return {
    storage: new S3Storage(connection),
    server,
    countTraces: () => Promise.resolve(server.objects.size + server.uploads.size),
    leaveBrokenUpload: () => {
      server.beginUpload(randomUUID());
      return Promise.resolve();
    },
    goAway,
    close: async () => {
      connection.client.destroy();
      await goAway();
    },
  };
}
