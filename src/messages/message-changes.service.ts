import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { MessageView, ReactionView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { DomainEvents } from '../common/domain-events.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { Permission } from '../groups/group.policy.js';
import { MentionsService } from './mentions.service.js';
import { MessageAccess, type MessageFound } from './message-access.js';
import { MessageChanger } from './message-changer.js';
import { mayModerate, refuseEdit, refuseReact, refuseRemove, refuseRestore } from './message.policy.js';
import { PinnedMessagesRepository } from './pinned-messages.repository.js';
import { hasReaction, isEmoji, withoutReaction, withReaction } from './reactions.js';

/** Editing, deleting, restoring and reacting. Each goes: access, rule, write, event. */
@Injectable()
export class MessageChangesService {
  constructor(
    private readonly changer: MessageChanger,
    private readonly access: MessageAccess,
    private readonly mentions: MentionsService,
    private readonly pinned: PinnedMessagesRepository,
    private readonly events: DomainEvents,
  ) {}

  /**
   * The author gives a message another text; the former one is kept.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `gone` when it is deleted, `unavailable`
   */
  edit(actor: Actor, id: MessageId, content: string): Promise<MessageView> {
    return this.changer.change(actor, id, {
      require: this.asMember(actor, 'send'),
      refuse: ({ message }) => refuseEdit(actor.userId, message),
      changesOf: async (message, now, found) => {
        if (message.content === content) return null;
        const version = { content: message.content, replacedAt: now };
        const versions = [...message.versions, version].slice(-limits.message.maxKeptVersions);
        const { mentions } = await this.mentions.in(content, found, message);
        return { content, mentions, versions, editedAt: now, updatedAt: now };
      },
      announce: (message) => {
        this.events.publish('message.edited', { message });
      },
    });
  }

  /** Soft delete, by the author or a moderator. @throws Problem `not_found`, `not_a_member`, `forbidden`, `unavailable` */
  remove(actor: Actor, id: MessageId): Promise<MessageView> {
    return this.changer.change(actor, id, {
      require: this.asMember(actor, 'read'),
      refuse: (found) => refuseRemove(actor.userId, mayModerate(found), found.message),
      changesOf: (message, now) => {
        if (message.deletedAt === null) return { deletedAt: now, deletedBy: actor.userId, updatedAt: now };
        if (message.erasedAt !== null) return null;
        // A moderator who deletes what its author has deleted takes the restoring of it into his hand.
        const isTakenOver = message.deletedBy === message.senderId && message.senderId !== actor.userId;
        return isTakenOver ? { deletedBy: actor.userId, updatedAt: now } : null;
      },
      announce: (message) => {
        this.events.publish('message.deleted', { message, deletedBy: actor.userId });
      },
    });
  }

  /**
   * Takes a soft delete back; a message that was pinned is so again, unless the group is full of pins by now.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `gone` when it was deleted for good, `unavailable`
   */
  restore(actor: Actor, id: MessageId): Promise<MessageView> {
    return this.changer.change(actor, id, {
      require: this.asMember(actor, 'send'),
      refuse: ({ message }) => refuseRestore(actor.userId, message),
      changesOf: async ({ deletedAt, pinnedAt, groupId }, now) => {
        if (deletedAt === null) return null;
        // Meanwhile its place among the pins may have been given to another.
        const isFull = pinnedAt !== null && (await this.pinned.count(groupId)) >= limits.pin.maxPerGroup;
        return { deletedAt: null, deletedBy: null, updatedAt: now, ...(isFull && { pinnedAt: null }) };
      },
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
    const message = await this.changer.change(actor, id, {
      require: this.asMember(actor, isAdded ? 'send' : 'read'),
      refuse: (found) => refuseReact(isAdded ? emoji : null, found.message),
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

  /** To put something before the others' eyes one must be allowed to send; to take something away, to read. */
  private asMember(actor: Actor, permission: Permission): (id: MessageId) => Promise<MessageFound> {
    return (id) => this.access.require(actor, id, permission);
  }
}
