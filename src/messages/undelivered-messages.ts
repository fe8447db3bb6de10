import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import type { ListedMessage } from './message.schema.js';
import { MessagesRepository, type LogSpan } from './messages.repository.js';

const maxReadersTogether = 1000;

interface Question {
  reader: UserId;
  span: LogSpan;
}

const { maxMessagesPerGroup } = limits.offline;
/** Room for what the readers themselves have written in between. */
const maxRead = 2 * maxMessagesPerGroup;

/** The newest messages that have not reached a reader yet; those of one group are read once for all who ask at once. */
@Injectable()
export class UndeliveredMessages {
  private readonly load = loadTogether<Question, ListedMessage[]>((asked) => this.read(asked), maxReadersTogether);

  constructor(private readonly messages: MessagesRepository) {}

  /** By others than the reader, not deleted; the newest ones, oldest first. */
  of(reader: UserId, span: LogSpan): Promise<ListedMessage[]> {
    return this.load({ reader, span });
  }

  private async read(questions: readonly Question[]): Promise<ListedMessage[][]> {
    const groups = Map.groupBy(questions, ({ span }) => span.groupId);
    const newest = new Map(
      await Promise.all(
        Array.from(groups, async ([groupId, asked]) => [groupId, await this.readGroup(groupId, asked)] as const),
      ),
    );
    return Promise.all(questions.map((question) => this.answer(question, newest.get(question.span.groupId) ?? [])));
  }

  private readGroup(groupId: GroupId, asked: readonly Question[]): Promise<ListedMessage[]> {
    const above = Math.min(...asked.map(({ span }) => span.above));
    const upTo = Math.max(...asked.map(({ span }) => span.upTo));
    return this.messages.listNewest({ groupId, above, upTo }, maxRead);
  }

  /** @param newest of the group, newest first */
  private async answer({ reader, span }: Question, newest: readonly ListedMessage[]): Promise<ListedMessage[]> {
    const wanted = newest
      .filter(({ seq, senderId }) => seq > span.above && seq <= span.upTo && senderId !== reader)
      .slice(0, maxMessagesPerGroup);
    const isCut = newest.length === maxRead && (newest.at(-1)?.seq ?? 0) > span.above + 1;
    const isComplete = wanted.length === maxMessagesPerGroup || !isCut;
    return (isComplete ? wanted : await this.messages.listNewest(span, maxMessagesPerGroup, reader)).reverse();
  }
}
