import { Injectable } from '@nestjs/common';

import { DomainEvents } from '../common/domain-events.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { MessageChanger } from './message-changer.js';
import type { MessageAttachment, MessageRecord } from './message.schema.js';
import { MessagesRepository } from './messages.repository.js';

/** Changes of what a message carries, for the module that has the files. Nobody is asked for access here. */
@Injectable()
export class CarriedFilesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly changer: MessageChanger,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Changes what a message says of its files; it is a change in the log like any other.
   *
   * @param changesOf the files as they are to be; `null` when they are so already
   * @returns the message after it, `null` when there is no such message
   * @throws Problem what `changesOf` throws, `conflict` when others change the message all the time, `unavailable`
   */
  async change(
    id: MessageId,
    changesOf: (
      files: readonly MessageAttachment[],
      message: MessageRecord,
    ) => MessageAttachment[] | null | Promise<MessageAttachment[] | null>,
  ): Promise<MessageRecord | null> {
    if ((await this.messages.findById(id)) === null) return null;
    return this.changer.make<{ message: MessageRecord }>(id, {
      require: async () => {
        const message = await this.messages.findById(id);
        if (message === null) throw new Problem('not_found', 'There is no such message.');
        return { message };
      },
      refuse: () => null,
      changesOf: async (message, now) => {
        const attachments = await changesOf(message.attachments ?? [], message);
        return attachments === null ? null : { attachments, updatedAt: now };
      },
      announce: (message) => {
        this.events.publish('message.files_changed', { message });
      },
    });
  }
}
