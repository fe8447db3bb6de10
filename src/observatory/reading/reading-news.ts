import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

import type { TranscriptFileView, WatcherState } from '../../../contract/observatory.js';
import type { ConversationRecord } from '../conversation.schema.js';
import type { ProjectRecord } from '../project.schema.js';
import type { AddedEntries } from './reading-batch.js';

/** What has changed in the database by reading; told when it is written. */
export type ReadingNewsItem =
  | { kind: 'state'; state: WatcherState }
  | { kind: 'written'; files: TranscriptFileView[]; added: AddedEntries[] }
  | { kind: 'folded'; conversations: ConversationRecord[]; projects: ProjectRecord[] };

@Injectable()
export class ReadingNews {
  private readonly subject = new Subject<ReadingNewsItem>();

  tell(item: ReadingNewsItem): void {
    this.subject.next(item);
  }

  listen(listener: (item: ReadingNewsItem) => void): void {
    this.subject.subscribe(listener);
  }
}
