import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { Clock } from '../../common/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.js';
import { AttachmentStorage } from './attachment-storage.js';
import { GridfsStorage } from './gridfs/gridfs.storage.js';
import { gridfsChunkModel, gridfsChunkSchema } from './gridfs/gridfs-chunk.schema.js';
import { gridfsFileModel, gridfsFileSchema } from './gridfs/gridfs-file.schema.js';
import { GridfsFilesRepository } from './gridfs/gridfs-files.repository.js';

/** The store of attachments that the settings name. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: gridfsFileModel, schema: gridfsFileSchema },
      { name: gridfsChunkModel, schema: gridfsChunkSchema },
    ]),
  ],
  providers: [
    GridfsFilesRepository,
    {
      provide: AttachmentStorage,
      inject: [SETTINGS, GridfsFilesRepository, Clock],
      useFactory: (settings: Settings, repository: GridfsFilesRepository, clock: Clock) =>
        settings.ATTACHMENT_STORAGE === 's3' ? openS3(settings) : new GridfsStorage(repository, clock),
    },
  ],
  exports: [AttachmentStorage],
})
export class AttachmentStorageModule {}

/** Loads the SDK for those alone who have chosen it. */
async function openS3(settings: Settings): Promise<AttachmentStorage> {
  const [{ connectS3 }, { S3Storage }] = await Promise.all([
    import('./s3/s3-connection.js'),
    import('./s3/s3.storage.js'),
  ]);
  return new S3Storage(await connectS3(settings));
}
