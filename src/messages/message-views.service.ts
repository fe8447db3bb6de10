import { Inject, Injectable } from '@nestjs/common';

import type { MessageView, SenderView } from '../../contract/views.js';
import { attachmentUrls, type AttachmentUrls } from '../common/attachment-urls.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { MarkerFloorsService } from '../groups/marker-floors.service.js';
import { UsersService } from '../users/users.service.js';
import type { ListedMessage } from './message.schema.js';
import { toMessageView, toSenderView, type Reader } from './message.view.js';
import { ThreadCounts } from './thread-counts.js';

/** Nobody else can have a message yet that was stored just now. */
const untouched = { deliveredSeq: 0, readSeq: 0 };

/** Makes what clients see of messages: senders by name, replies counted, and for one's own how far they have come. */
@Injectable()
export class MessageViewsService {
  private readonly urls: AttachmentUrls;

  constructor(
    private readonly users: UsersService,
    private readonly markerFloors: MarkerFloorsService,
    private readonly threadCounts: ThreadCounts,
    @Inject(SETTINGS) { API_PREFIX }: Settings,
  ) {
    this.urls = attachmentUrls(API_PREFIX);
  }

  /** A message as one user sees it. */
  async forUser(userId: UserId, message: ListedMessage): Promise<MessageView> {
    const [view] = await this.listForUser(userId, [message]);
    if (view === undefined) throw new Error('one message gives one view');
    return view;
  }

  /** A message that its sender has just sent: nobody can have replied to it yet. */
  forSender(message: ListedMessage, sender: SenderView): MessageView {
    const reader = { userId: message.senderId, floors: untouched };
    return toMessageView(message, sender, { threadCount: 0, reader, urls: this.urls });
  }

  /** A new message as everyone is told of it. */
  newForAll(message: ListedMessage, sender: SenderView): MessageView {
    return toMessageView(message, sender, { threadCount: 0, reader: null, urls: this.urls });
  }

  /** A changed message as everyone is told of it: its replies are as they were, and are not counted for it. */
  changedForAll(message: ListedMessage, sender: SenderView): MessageView {
    return toMessageView(message, sender, { threadCount: null, reader: null, urls: this.urls });
  }

  /**
   * Messages of one or more groups as one user sees them.
   *
   * @param known how many replies they have, when that has been counted; else it is counted
   */
  async listForUser(
    userId: UserId,
    messages: readonly ListedMessage[],
    known?: ReadonlyMap<MessageId, number>,
  ): Promise<MessageView[]> {
    const [senders, floors, threadCounts] = await Promise.all([
      this.users.findByIds(messages.map((message) => message.senderId)),
      this.floors(userId, messages),
      known ?? this.threadCounts.of(messages),
    ]);
    return messages.map((message) => {
      const sender = senders.get(message.senderId);
      if (sender === undefined) throw new Error(`the sender of message ${message._id} is not there`);
      return toMessageView(message, toSenderView(sender, this.urls), {
        threadCount: threadCounts.get(message._id) ?? 0,
        reader: { userId, floors: floors.get(message.groupId) ?? untouched },
        urls: this.urls,
      });
    });
  }

  async senderOf(userId: UserId): Promise<SenderView> {
    return toSenderView(await this.users.requireById(userId), this.urls);
  }

  /** Only groups with a message of the user's own need a look at the others' markers. */
  private async floors(userId: UserId, messages: readonly ListedMessage[]): Promise<Map<GroupId, Reader['floors']>> {
    const own = new Set(messages.filter(({ senderId }) => senderId === userId).map(({ groupId }) => groupId));
    return new Map(
      await Promise.all(
        Array.from(own, async (groupId) => [groupId, await this.markerFloors.of(groupId, userId)] as const),
      ),
    );
  }
}
