import { Injectable } from '@nestjs/common';

import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView, SenderView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { DomainEvents } from '../common/domain-events.js';
import { newMessageId, type GroupId, type MessageId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { RateLimits } from '../common/rate-limits/rate-limits.js';
import { GroupAccess } from '../groups/group-access.js';
import type { MessageDraft } from './log/log-operation.js';
import { LogWriter } from './log/log-writer.js';
import { MentionsService } from './mentions.service.js';
import { MessageAccess } from './message-access.js';
import { MessageViewsService } from './message-views.service.js';
import { MessagesRepository } from './messages.repository.js';
import { RecentMessages } from './recent-messages.js';

/** A message that was sent; not new when it is the first one of a repeated send. */
export interface SentMessage {
  message: MessageView;
  isNew: boolean;
}

/** Sending, and looking at one message. Each verb goes: access, rule, write, event. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogWriter,
    private readonly access: GroupAccess,
    private readonly messageAccess: MessageAccess,
    private readonly mentions: MentionsService,
    private readonly views: MessageViewsService,
    private readonly recent: RecentMessages,
    private readonly rates: RateLimits,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Sends a message. The same `clientMessageId` of the same sender in the same group again gives the first message
   * back, unchanged, with `isNew` false.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden` in a direct conversation with a block, `rate_limited`, `unavailable`, `validation_failed` for a reply to a
   *   message that is not of this group
   */
  async send(actor: Actor, groupId: GroupId, request: SendMessageRequest): Promise<SentMessage> {
    const { stored } = await this.accept(actor, groupId, request);
    return stored;
  }

  /**
   * The first half of {@link send}: resolves when the message has its turn in the log, so that the next one of the
   * same client may be taken without overtaking it; `stored` resolves when the database has it.
   */
  async accept(actor: Actor, groupId: GroupId, request: SendMessageRequest): Promise<{ stored: Promise<SentMessage> }> {
    // Before access: a flood to a group of others must end as well.
    this.rates.use('messagesPerMinute', actor.userId);
    const access = await this.access.require(actor, groupId, 'send');
    const replyToId = await this.requireReplyTarget(groupId, request.replyToId);
    const sender = await this.views.senderOf(actor.userId);
    const { mentions, told } = await this.mentions.in(request.content, access);
    const draft = {
      // Made last, when nothing is waited for any more: ids are in the order in which messages get their turn.
      _id: newMessageId(),
      groupId,
      senderId: actor.userId,
      clientMessageId: request.clientMessageId ?? null,
      content: request.content,
      replyToId,
      mentions,
    };
    return { stored: this.store(draft, sender, told) };
  }

  /** One message. @throws Problem `not_found` or `not_a_member` */
  async get(actor: Actor, id: MessageId): Promise<MessageView> {
    const { message } = await this.messageAccess.require(actor, id, 'read');
    return this.views.forUser(actor.userId, message);
  }

  private async store(draft: MessageDraft, sender: SenderView, mentioned: readonly UserId[]): Promise<SentMessage> {
    const outcome = await this.log.append({ kind: 'create', draft }, (record) => {
      this.recent.note(record);
      this.events.publish('message.created', { message: this.views.newForAll(record, sender), mentioned });
    });
    if (outcome.status === 'outdated') throw new Error('a new message cannot be outdated');
    if (outcome.status === 'written') return { message: this.views.forSender(outcome.record, sender), isNew: true };
    return { message: await this.views.forUser(draft.senderId, outcome.record), isNew: false };
  }

  private async requireReplyTarget(groupId: GroupId, replyToId: string | undefined): Promise<MessageId | null> {
    if (replyToId === undefined) return null;
    const target = await this.messages.findById(replyToId.toLowerCase() as MessageId);
    if (target?.groupId !== groupId) throw Problem.field('replyToId', 'is not a message of this group');
    return target._id;
  }
}
