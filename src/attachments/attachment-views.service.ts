import { Inject, Injectable } from '@nestjs/common';

import type { AttachmentView } from '../../contract/attachment-views.js';
import { attachmentUrls, type AttachmentUrls } from '../common/attachment-urls.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { toAttachmentView } from '../messages/attachment.view.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { snapshotOf } from './snapshot.js';

/** Makes what clients see of files. */
@Injectable()
export class AttachmentViewsService {
  private readonly urls: AttachmentUrls;

  constructor(@Inject(SETTINGS) { API_PREFIX }: Settings) {
    this.urls = attachmentUrls(API_PREFIX);
  }

  of(record: AttachmentRecord): AttachmentView {
    return toAttachmentView(snapshotOf(record), record, this.urls);
  }
}
