import { Injectable, type OnModuleInit } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView, SenderView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { DomainEvents } from '../common/domain-events.js';
import { newMessageId, type AttachmentId, type GroupId, type MessageId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { RateLimits } from '../common/rate-limits/rate-limits.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { GroupAccess } from '../groups/group-access.js';
import { LogAppender, type Announcement } from './log/log-appender.js';
import type { LogOutcome, MessageDraft } from './log/log-operation.js';
import { LogReaderService } from './log-reader.service.js';
import { MentionsService } from './mentions.service.js';
import { MessageAccess } from './message-access.js';
import { MessageFiles, type FileTaking } from './message-files.js';
import { MessageViewsService } from './message-views.service.js';
import type { MessageRecord } from './message.schema.js';
import { MessagesRepository } from './messages.repository.js';
import { RecentMessages } from './recent-messages.js';

/** A message that was sent; not new when it is the first one of a repeated send. */
export interface SentMessage {
  message: MessageView;
  isNew: boolean;
}

/** Sending, and looking at one message. Each verb goes: access, rule, write, event. */
@Injectable()
export class MessagesService implements OnModuleInit {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogAppender,
    private readonly logReader: LogReaderService,
    private readonly files: MessageFiles,
    private readonly access: GroupAccess,
    private readonly messageAccess: MessageAccess,
    private readonly mentions: MentionsService,
    private readonly views: MessageViewsService,
    private readonly recent: RecentMessages,
    private readonly rates: RateLimits,
    private readonly events: DomainEvents,
    private readonly telemetry: Telemetry,
  ) {}

  onModuleInit(): void {
    this.log.announceWith((record, { sender, mentioned }) => {
      this.recent.note(record);
      this.events.publish('message.created', { message: this.views.newForAll(record, sender), mentioned });
    });
  }

  /**
   * Sends a message. The same `clientMessageId` of the same sender in the same group again gives the first message
   * back, unchanged, with `isNew` false.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden` in a direct conversation with a block, `rate_limited`, `unavailable`, `validation_failed` for a reply to a
   *   message that is not of this group or a file that is not the actor's own of this group, `conflict` for a file that
   *   another message has
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
    const { content = '', attachmentIds = [] } = request;
    if (content === '' && attachmentIds.length === 0) throw saysNothing();
    // Before access: a flood to a group of others must end as well.
    this.rates.use('messagesPerMinute', actor.userId);
    const access = await this.access.require(actor, groupId, 'send');
    const replyToId = await this.requireReplyTarget(groupId, request.replyToId);
    const sender = await this.views.senderOf(actor.userId);
    const { mentions, told } = await this.mentions.in(content, access);
    const draft = {
      groupId,
      senderId: actor.userId,
      clientMessageId: request.clientMessageId ?? null,
      content,
      replyToId,
      mentions,
    };
    // The id is made last, when nothing is waited for any more: ids are in the order in which messages get their turn.
    if (attachmentIds.length === 0) return { stored: this.store({ _id: newMessageId(), ...draft }, sender, told) };
    return this.acceptWithFiles({ _id: newMessageId(), ...draft }, attachmentIds, (taken) =>
      this.store(taken, sender, told),
    );
  }

  /** The files are the message's before it is written, so that no other can have them; a repeat has them already. */
  private async acceptWithFiles(
    draft: MessageDraft,
    ids: readonly string[],
    store: (draft: MessageDraft) => Promise<SentMessage>,
  ): Promise<{ stored: Promise<SentMessage> }> {
    const first = await this.logReader.findSent(draft);
    if (first !== null) return { stored: this.repeated(draft, first) };
    const { _id: messageId, groupId, senderId, clientMessageId } = draft;
    const taking: FileTaking = { messageId, groupId, senderId, clientMessageId };
    try {
      const attachments = await this.files.take(
        ids.map((id) => id.toLowerCase() as AttachmentId),
        taking,
      );
      return { stored: store({ ...draft, attachments }) };
    } catch (error) {
      // The first one may have been written since.
      const written = await this.logReader.findSent(draft);
      if (written === null) throw error;
      return { stored: this.repeated(draft, written) };
    }
  }

  /** One message. @throws Problem `not_found` or `not_a_member` */
  async get(actor: Actor, id: MessageId): Promise<MessageView> {
    const { message } = await this.messageAccess.require(actor, id, 'read');
    return this.views.forUser(actor.userId, message);
  }

  private async store(draft: MessageDraft, sender: SenderView, mentioned: readonly UserId[]): Promise<SentMessage> {
    const takenAt = performance.now();
    const outcome = await this.append(draft, { sender, mentioned });
    if (outcome.status === 'outdated') throw new Error('a new message cannot be outdated');
    if (outcome.status === 'repeated') return this.repeated(draft, outcome.record);
    // By now it was handed to every open socket of its group.
    this.telemetry.delivered(performance.now() - takenAt);
    return { message: this.views.forSender(outcome.record, sender), isNew: true };
  }

  private async repeated({ senderId }: MessageDraft, first: MessageRecord): Promise<SentMessage> {
    return { message: await this.views.forUser(senderId, first), isNew: false };
  }

  private async append(draft: MessageDraft, announcement: Announcement): Promise<LogOutcome> {
    const operation = { kind: 'create', draft } as const;
    if (draft.attachments === undefined) return this.log.append(operation, announcement);
    const { _id: messageId, groupId, senderId, clientMessageId } = draft;
    const taking: FileTaking = { messageId, groupId, senderId, clientMessageId };
    try {
      const outcome = await this.log.append(operation, announcement);
      await this.files.settle(taking, outcome.status === 'outdated' ? null : outcome.record);
      return outcome;
    } catch (error) {
      // `unavailable` leaves open whether it was written: then the files wait until that is known.
      if (!(error instanceof Problem)) await this.files.settle(taking, null);
      throw error;
    }
  }

  private async requireReplyTarget(groupId: GroupId, replyToId: string | undefined): Promise<MessageId | null> {
    if (replyToId === undefined) return null;
    const target = await this.messages.findById(replyToId.toLowerCase() as MessageId);
    if (target?.groupId !== groupId) throw Problem.field('replyToId', 'is not a message of this group');
    return target._id;
  }
}

function saysNothing(): Problem {
  const { minLength, maxLength } = limits.message;
  return Problem.field('content', `must be text of ${minLength} to ${maxLength} characters, unless there are files`);
}
