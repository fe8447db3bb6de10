import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView, SenderView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { DomainEvents } from '../common/domain-events.js';
import { newMessageId, type GroupId, type MessageId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { RateLimits } from '../common/rate-limits/rate-limits.js';
import { GroupAccess } from '../groups/group-access.js';
import { permissions } from '../groups/group.policy.js';
import { UsersService } from '../users/users.service.js';
import type { ChangeOperation, MessageDraft } from './log/log-operation.js';
import { LogWriter } from './log/log-writer.js';
import { refuseEdit, refuseRemove, refuseRestore } from './message.policy.js';
import type { MessageRecord } from './message.schema.js';
import { toMessageView, toSenderView } from './message.view.js';
import { MessagesRepository } from './messages.repository.js';

/** A message that was sent; not new when it is the first one of a repeated send. */
export interface SentMessage {
  message: MessageView;
  isNew: boolean;
}

type Changes = ChangeOperation['changes'];

/** A change that was read and then made by somebody else first is tried again so many times. */
const maxAttempts = 10;

/** The verbs of messages. Each goes: access, rule, write, event. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogWriter,
    private readonly access: GroupAccess,
    private readonly users: UsersService,
    private readonly rates: RateLimits,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends a message. The same `clientMessageId` of the same sender in the same group again gives the first message
   * back, unchanged, with `isNew` false.
   *
   * @throws Problem `not_found`, `not_a_member`, `rate_limited`, `unavailable`, `validation_failed` for a reply to a
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
    await this.access.require(actor, groupId, 'send');
    const replyToId = await this.requireReplyTarget(groupId, request.replyToId);
    const sender = await this.senderOf(actor.userId);
    const draft = {
      _id: newMessageId(),
      groupId,
      senderId: actor.userId,
      clientMessageId: request.clientMessageId ?? null,
      content: request.content,
      replyToId,
    };
    return { stored: this.store(draft, sender) };
  }

  /** One message. @throws Problem `not_found` or `not_a_member` */
  async get(actor: Actor, id: MessageId): Promise<MessageView> {
    const message = await this.requireMessage(id);
    await this.access.require(actor, message.groupId, 'read');
    return toMessageView(message, await this.senderOf(message.senderId));
  }

  /**
   * The author gives a message another text; the former one is kept.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `gone` when it is deleted, `unavailable`
   */
  async edit(actor: Actor, id: MessageId, content: string): Promise<MessageView> {
    return this.change(
      actor,
      id,
      (message, now) => {
        if (message.content === content) return null;
        const version = { content: message.content, replacedAt: now };
        const versions = [...message.versions, version].slice(-limits.message.maxKeptVersions);
        return { content, versions, editedAt: now, updatedAt: now };
      },
      (message) => refuseEdit(actor.userId, message),
      (message) => {
        this.events.publish('message.edited', { message });
      },
    );
  }

  /** Soft delete, by the author or a moderator. @throws Problem `not_found`, `not_a_member`, `forbidden`, `unavailable` */
  async remove(actor: Actor, id: MessageId): Promise<MessageView> {
    return this.change(
      actor,
      id,
      (message, now) =>
        message.deletedAt !== null ? null : { deletedAt: now, deletedBy: actor.userId, updatedAt: now },
      (message, mayModerate) => refuseRemove(actor.userId, mayModerate, message),
      (message) => {
        this.events.publish('message.deleted', { message, deletedBy: actor.userId });
      },
    );
  }

  /** Takes a soft delete back. @throws Problem `not_found`, `not_a_member`, `forbidden`, `unavailable` */
  async restore(actor: Actor, id: MessageId): Promise<MessageView> {
    return this.change(
      actor,
      id,
      (message, now) => (message.deletedAt === null ? null : { deletedAt: null, deletedBy: null, updatedAt: now }),
      (message) => refuseRestore(actor.userId, message),
      (message) => {
        this.events.publish('message.restored', { message });
      },
    );
  }

  private async store(draft: MessageDraft, sender: SenderView): Promise<SentMessage> {
    let message: MessageView | undefined;
    const outcome = await this.log.append({ kind: 'create', draft }, (record) => {
      message = toMessageView(record, sender);
      this.events.publish('message.created', { message });
    });
    if (outcome.status === 'outdated') throw new Error('a new message cannot be outdated');
    return { message: message ?? toMessageView(outcome.record, sender), isNew: outcome.status === 'written' };
  }

  /**
   * One change of one message: read, judged, written only if nobody changed it meanwhile, else all over again.
   *
   * @param changesOf what to change; `null` when the message is already as wanted
   */
  private async change(
    actor: Actor,
    id: MessageId,
    changesOf: (message: MessageRecord, now: Date) => Changes | null,
    refuse: (message: MessageRecord, mayModerate: boolean) => ReturnType<typeof refuseEdit>,
    announce: (message: MessageView) => void,
  ): Promise<MessageView> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const before = await this.requireMessage(id);
      const { membership } = await this.access.require(actor, before.groupId, 'read');
      const refusal = refuse(before, permissions[membership.role].has('moderateMessages'));
      if (refusal !== null) throw new Problem(refusal.code, refusal.detail);
      const sender = await this.senderOf(before.senderId);
      const changes = changesOf(before, this.clock.now());
      if (changes === null) return toMessageView(before, sender);
      const outcome = await this.log.append({ kind: 'change', before, changes }, (record) => {
        announce(toMessageView(record, sender));
      });
      if (outcome.status === 'written') return toMessageView(outcome.record, sender);
    }
    throw new Problem('conflict', 'The message is being changed by others; try again.');
  }

  private async requireMessage(id: MessageId): Promise<MessageRecord> {
    const message = await this.messages.findById(id);
    if (message === null) throw new Problem('not_found', 'There is no such message.');
    return message;
  }

  private async requireReplyTarget(groupId: GroupId, replyToId: string | undefined): Promise<MessageId | null> {
    if (replyToId === undefined) return null;
    const target = await this.messages.findById(replyToId.toLowerCase() as MessageId);
    if (target?.groupId !== groupId) throw Problem.field('replyToId', 'is not a message of this group');
    return target._id;
  }

  private async senderOf(userId: UserId): Promise<SenderView> {
    return toSenderView(await this.users.requireById(userId));
  }
}
