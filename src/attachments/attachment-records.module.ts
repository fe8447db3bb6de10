import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { AttachmentListRepository } from './attachment-list.repository.js';
import { attachmentModel, attachmentSchema } from './attachment.schema.js';
import { AttachmentsRepository } from './attachments.repository.js';

/** Files as they are recorded, for the attachments module, and for tools that run without a server. */
@Module({
  imports: [MongooseModule.forFeature([{ name: attachmentModel, schema: attachmentSchema }])],
  providers: [AttachmentsRepository, AttachmentListRepository],
  exports: [AttachmentsRepository, AttachmentListRepository],
})
export class AttachmentRecordsModule {}
