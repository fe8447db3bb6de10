import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { MessageView, ReactionView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { DomainEvents } from '../common/domain-events.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { permissions } from '../groups/group.policy.js';
import type { ChangeOperation } from './log/log-operation.js';
import { LogWriter } from './log/log-writer.js';
import { MessageAccess } from './message-access.js';
import { MessageViewsService } from './message-views.service.js';
import { refuseEdit, refuseReact, refuseRemove, refuseRestore, type Refusal } from './message.policy.js';
import type { MessageRecord } from './message.schema.js';
import { MessagesService } from './messages.service.js';
import { RecentMessages } from './recent-messages.js';
import { hasReaction, isEmoji, withoutReaction, withReaction } from './reactions.js';
import { Turns } from './turns.js';

type Changes = ChangeOperation['changes'];

/** One verb that changes a message. */
interface Change {
  /** Whether the rules are against it. */
  refuse: (message: MessageRecord, mayModerate: boolean) => Refusal;
  /** What to change; `null` when the message is already as wanted. */
  changesOf: (message: MessageRecord, now: Date) => Changes | null | Promise<Changes | null>;
  announce: (message: MessageView) => void;
}

/** A change that another node made first is tried again so many times. */
const maxAttempts = 10;

/** Editing, deleting, restoring and reacting. Each goes: access, rule, write, event. */
@Injectable()
export class MessageChangesService {
  private readonly turns = new Turns();

  constructor(
    private readonly log: LogWriter,
    private readonly access: MessageAccess,
    private readonly sending: MessagesService,
    private readonly views: MessageViewsService,
    private readonly recent: RecentMessages,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * The author gives a message another text; the former one is kept.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `gone` when it is deleted, `unavailable`
   */
  edit(actor: Actor, id: MessageId, content: string): Promise<MessageView> {
    return this.changeForUser(actor, id, {
      refuse: (message) => refuseEdit(actor.userId, message),
      changesOf: async (message, now) => {
        if (message.content === content) return null;
        const version = { content: message.content, replacedAt: now };
        const versions = [...message.versions, version].slice(-limits.message.maxKeptVersions);
        const mentions = await this.sending.mentionsIn(message.groupId, content);
        return { content, mentions, versions, editedAt: now, updatedAt: now };
      },
      announce: (message) => {
        this.events.publish('message.edited', { message });
      },
    });
  }

  /** Soft delete, by the author or a moderator. @throws Problem `not_found`, `not_a_member`, `forbidden`, `unavailable` */
  remove(actor: Actor, id: MessageId): Promise<MessageView> {
    return this.changeForUser(actor, id, {
      refuse: (message, mayModerate) => refuseRemove(actor.userId, mayModerate, message),
      changesOf: (message, now) => {
        if (message.deletedAt === null) return { deletedAt: now, deletedBy: actor.userId, updatedAt: now };
        // A moderator who deletes what its author has deleted takes the restoring of it into his hand.
        const isTakenOver = message.deletedBy === message.senderId && message.senderId !== actor.userId;
        return isTakenOver ? { deletedBy: actor.userId, updatedAt: now } : null;
      },
      announce: (message) => {
        this.events.publish('message.deleted', { message, deletedBy: actor.userId });
      },
    });
  }

  /** Takes a soft delete back. @throws Problem `not_found`, `not_a_member`, `forbidden`, `unavailable` */
  restore(actor: Actor, id: MessageId): Promise<MessageView> {
    return this.changeForUser(actor, id, {
      refuse: (message) => refuseRestore(actor.userId, message),
      changesOf: (message, now) =>
        message.deletedAt === null ? null : { deletedAt: null, deletedBy: null, updatedAt: now },
      announce: (message) => {
        this.events.publish('message.restored', { message });
      },
    });
  }

  /**
   * Adds a reaction of the actor's, or takes it back; doing so twice is doing so once.
   *
   * @throws Problem `validation_failed` when it is not one emoji, `conflict` when the message has too many,
   *   `not_found`, `not_a_member`, `gone` when the message is deleted, `unavailable`
   */
  async react(actor: Actor, id: MessageId, emoji: string, isAdded: boolean): Promise<ReactionView[]> {
    if (!isEmoji(emoji)) throw Problem.field('emoji', 'must be one emoji');
    const { userId } = actor;
    const message = await this.changeForUser(actor, id, {
      refuse: (before) => refuseReact(isAdded ? emoji : null, before),
      changesOf: ({ reactions }, now) => {
        if (hasReaction(reactions, emoji, userId) === isAdded) return null;
        const changed = (isAdded ? withReaction : withoutReaction)(reactions, emoji, userId);
        return { reactions: changed, updatedAt: now };
      },
      announce: (view) => {
        this.events.publish('message.reacted', { message: view, reaction: { userId, emoji, isAdded } });
      },
    });
    return message.reactions;
  }

  private async changeForUser(actor: Actor, id: MessageId, change: Change): Promise<MessageView> {
    return this.views.forUser(actor.userId, await this.turns.take(id, () => this.change(actor, id, change)));
  }

  /** Read, judged, written only if nobody changed it meanwhile, else all over again. */
  private async change(actor: Actor, id: MessageId, { refuse, changesOf, announce }: Change): Promise<MessageRecord> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const { message: before, membership } = await this.access.require(actor, id, 'read');
      const refusal = refuse(before, permissions[membership.role].has('moderateMessages'));
      if (refusal !== null) throw new Problem(refusal.code, refusal.detail);
      const changes = await changesOf(before, this.clock.now());
      if (changes === null) return before;
      const sender = await this.views.senderOf(before.senderId);
      const outcome = await this.log.append({ kind: 'change', before, changes }, (record) => {
        this.recent.note(record);
        announce(this.views.forAll(record, sender));
      });
      if (outcome.status === 'written') return outcome.record;
    }
    throw new Problem('conflict', 'The message is being changed by others; try again.');
  }
}
