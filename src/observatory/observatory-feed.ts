import { Injectable } from '@nestjs/common';

import type { ChannelNews } from '../../contract/observatory.js';
import { Clock } from '../common/clock.js';
import { DomainEvents } from '../common/domain-events.js';
import { toConversationView } from './conversation.view.js';
import { toProjectView } from './project.view.js';
import type { ReadingNewsItem } from './reading/reading-news.js';

/** Tells those who watch what has changed. */
@Injectable()
export class ObservatoryFeed {
  constructor(
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** What was written by reading. */
  tell(item: ReadingNewsItem): void {
    switch (item.kind) {
      case 'state':
        this.publish({ channel: 'system', event: 'observatory.state', data: { state: item.state } });
        return;
      case 'written':
        for (const file of item.files) {
          this.publish({ channel: 'observatory:files', event: 'file.updated', data: { file } });
        }
        for (const data of item.added) {
          this.publish({ channel: 'observatory:conversations', event: 'entries.added', data });
        }
        return;
      case 'folded':
        for (const record of item.conversations) {
          const conversation = toConversationView(record, this.clock.now());
          this.publish({ channel: 'observatory:conversations', event: 'conversation.updated', data: { conversation } });
        }
        for (const record of item.projects) {
          const project = toProjectView(record);
          this.publish({ channel: 'observatory:projects', event: 'project.updated', data: { project } });
        }
    }
  }

  publish(news: ChannelNews): void {
    this.events.publish('observatory.changed', { ...news, timestamp: this.clock.now().toISOString() });
  }
}
