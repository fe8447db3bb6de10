import { Global, Module } from '@nestjs/common';

import { GroupsModule } from '../groups/groups.module.js';
import { MessageFiles } from '../messages/message-files.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UserFiles } from '../users/user-files.js';
import { UsersModule } from '../users/users.module.js';
import { AttachmentAccess } from './attachment-access.js';
import { AttachmentContentsService } from './attachment-contents.service.js';
import { AttachmentDisposalService } from './attachment-disposal.service.js';
import { AttachmentListService } from './attachment-list.service.js';
import { AttachmentRecordsModule } from './attachment-records.module.js';
import { AttachmentReviewService } from './attachment-review.service.js';
import { AttachmentSweep } from './attachment-sweep.js';
import { AttachmentUsageService } from './attachment-usage.service.js';
import { AttachmentViewsService } from './attachment-views.service.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsService } from './attachments.service.js';
import { ContentTypes } from './content/content-types.js';
import { MessageFilesService } from './message-files.service.js';
import { Pictures } from './pictures/pictures.js';
import { SpoolSweep } from './pictures/spool-sweep.js';
import { SnapshotsService } from './snapshots.service.js';
import { AttachmentStorageModule } from './storage/attachment-storage.module.js';
import { ThumbnailsService } from './thumbnails.service.js';
import { UploaderNews } from './uploader-news.js';
import { UploadSlots } from './upload-slots.js';
import { UploadsService } from './uploads.service.js';
import { UserFilesService } from './user-files.service.js';

/** Global, because it gives messages their `MessageFiles` and users their `UserFiles`, who ask without knowing who has them. */
@Global()
@Module({
  imports: [UsersModule, GroupsModule, MessagesModule, AttachmentStorageModule, AttachmentRecordsModule],
  controllers: [AttachmentsController],
  providers: [
    UploadsService,
    UploadSlots,
    UploaderNews,
    AttachmentsService,
    AttachmentListService,
    AttachmentContentsService,
    AttachmentAccess,
    AttachmentDisposalService,
    AttachmentReviewService,
    AttachmentSweep,
    AttachmentUsageService,
    AttachmentViewsService,
    SnapshotsService,
    ThumbnailsService,
    ContentTypes,
    Pictures,
    SpoolSweep,
    MessageFilesService,
    { provide: MessageFiles, useExisting: MessageFilesService },
    UserFilesService,
    { provide: UserFiles, useExisting: UserFilesService },
  ],
  exports: [MessageFiles, UserFiles, AttachmentUsageService],
})
export class AttachmentsModule {}
