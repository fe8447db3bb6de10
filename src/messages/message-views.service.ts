import { Injectable } from '@nestjs/common';

import type { MessageView, SenderView } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';
import { MarkerFloorsService } from '../groups/marker-floors.service.js';
import { UsersService } from '../users/users.service.js';
import type { ListedMessage } from './message.schema.js';
import { toMessageView, toSenderView, type Reader } from './message.view.js';

/** Nobody else can have a message yet that was stored just now. */
const untouched = { deliveredSeq: 0, readSeq: 0 };

/** Makes what clients see of messages: senders by name, and for one's own how far they have come. */
@Injectable()
export class MessageViewsService {
  constructor(
    private readonly users: UsersService,
    private readonly markerFloors: MarkerFloorsService,
  ) {}

  /** A message as one user sees it. */
  async forUser(userId: UserId, message: ListedMessage): Promise<MessageView> {
    const [view] = await this.listForUser(userId, [message]);
    if (view === undefined) throw new Error('one message gives one view');
    return view;
  }

  /** A message that its sender has just sent. */
  forSender(message: ListedMessage, sender: SenderView): MessageView {
    return toMessageView(message, sender, { userId: message.senderId, floors: untouched });
  }

  /** A message as everyone is told of it. */
  forAll(message: ListedMessage, sender: SenderView): MessageView {
    return toMessageView(message, sender, null);
  }

  /** Messages of one or more groups as one user sees them. */
  async listForUser(userId: UserId, messages: readonly ListedMessage[]): Promise<MessageView[]> {
    const [senders, floors] = await Promise.all([
      this.users.findByIds(messages.map((message) => message.senderId)),
      this.floors(userId, messages),
    ]);
    return messages.map((message) => {
      const sender = senders.get(message.senderId);
      if (sender === undefined) throw new Error(`the sender of message ${message._id} is not there`);
      return toMessageView(message, toSenderView(sender), { userId, floors: floors.get(message.groupId) ?? untouched });
    });
  }

  async senderOf(userId: UserId): Promise<SenderView> {
    return toSenderView(await this.users.requireById(userId));
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
