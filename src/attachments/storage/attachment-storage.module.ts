import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

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
  providers: [GridfsFilesRepository, GridfsStorage, { provide: AttachmentStorage, useExisting: GridfsStorage }],
  exports: [AttachmentStorage],
})
export class AttachmentStorageModule {}
