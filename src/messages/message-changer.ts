import { Injectable } from '@nestjs/common';

import type { MessageView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { ChangeOperation } from './log/log-operation.js';
import { LogWriter } from './log/log-writer.js';
import type { MessageFound } from './message-access.js';
import { MessageViewsService } from './message-views.service.js';
import type { Refusal } from './message.policy.js';
import type { MessageRecord } from './message.schema.js';
import { RecentMessages } from './recent-messages.js';
import { Turns } from './turns.js';

type Changes = ChangeOperation['changes'];

/** One verb that changes a message. */
export interface Change<Found extends { message: MessageRecord } = MessageFound> {
  /** Gives the message to who may come near it. @throws Problem */
  require: (id: MessageId) => Promise<Found>;
  /** Whether the rules are against it. */
  refuse: (found: Found) => Refusal | Promise<Refusal>;
  /** What to change; `null` when the message is already as wanted. */
  changesOf: (message: MessageRecord, now: Date, found: Found) => Changes | null | Promise<Changes | null>;
  announce: (message: MessageView) => void;
}

/** A change that another node made first is tried again so many times. */
const maxAttempts = 10;

/** Makes changes of messages: each goes access, rule, write, event. */
@Injectable()
export class MessageChanger {
  private readonly turns = new Turns<MessageId>();

  constructor(
    private readonly log: LogWriter,
    private readonly views: MessageViewsService,
    private readonly recent: RecentMessages,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a change.
   *
   * @returns the message after it, as the actor sees it
   * @throws Problem what the change refuses, `conflict` when others change it all the time, `unavailable`
   */
  async change<Found extends { message: MessageRecord }>(
    actor: Actor,
    id: MessageId,
    change: Change<Found>,
  ): Promise<MessageView> {
    return this.views.forUser(actor.userId, await this.make(id, change));
  }

  /** The same, for who need not see what became of it. */
  make<Found extends { message: MessageRecord }>(id: MessageId, change: Change<Found>): Promise<MessageRecord> {
    return this.turns.take(id, () => this.attempt(id, change));
  }

  /** Read, judged, written only if nobody changed it meanwhile, else all over again. */
  private async attempt<Found extends { message: MessageRecord }>(
    id: MessageId,
    { require, refuse, changesOf, announce }: Change<Found>,
  ): Promise<MessageRecord> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const found = await require(id);
      const { message: before } = found;
      const refusal = await refuse(found);
      if (refusal !== null) throw new Problem(refusal.code, refusal.detail);
      const changes = await changesOf(before, this.clock.now(), found);
      if (changes === null) return before;
      const sender = await this.views.senderOf(before.senderId);
      const outcome = await this.log.append({ kind: 'change', before, changes }, (record) => {
        this.recent.note(record);
        announce(this.views.changedForAll(record, sender));
      });
      if (outcome.status === 'written') return outcome.record;
    }
    throw new Problem('conflict', 'The message is being changed by others; try again.');
  }
}
