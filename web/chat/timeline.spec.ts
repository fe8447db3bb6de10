import { describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../client/src/index.js';
import { timeline, type TimelineInput } from './timeline.js';

const me = 'me';
const start = new Date(2026, 10, 20, 12, 0).getTime();

function aMessage(seq: number, about: Partial<MessageView> & { minute?: number } = {}): MessageView {
  const { minute = 0, ...rest } = about;
  const createdAt = new Date(start + minute * 60_000).toISOString();
  return {
    id: `m${seq}`,
    seq,
    senderId: 'ada',
    clientMessageId: null,
    isDeleted: false,
    createdAt,
    ...rest,
  } as MessageView;
}

function shown(input: Partial<TimelineInput>): string[] {
  const items = timeline({ messages: [], unsent: [], readSeq: null, me, ...input });
  return items.map((item) => {
    if (item.kind === 'message') return `${item.message.seq}${item.isFirst ? ' first' : ''}`;
    return item.kind === 'unsent' ? `unsent${item.isFirst ? ' first' : ''}` : item.kind;
  });
}

describe('what a conversation shows', () => {
  it('puts what one person says in one go together', () => {
    const messages = [
      aMessage(1),
      aMessage(2, { minute: 4 }),
      aMessage(3, { minute: 10 }),
      aMessage(4, { minute: 10, senderId: 'ben' }),
    ];
    expect(shown({ messages })).toEqual(['day', '1 first', '2', '3 first', '4 first']);
  });

  it('begins each day with its name', () => {
    expect(shown({ messages: [aMessage(1), aMessage(2, { minute: 24 * 60 })] })).toEqual([
      'day',
      '1 first',
      'day',
      '2 first',
    ]);
  });

  it('draws one line before the first message of somebody else that I have not read', () => {
    const messages = [
      aMessage(1),
      aMessage(2, { senderId: me }),
      aMessage(3, { isDeleted: true }),
      aMessage(4),
      aMessage(5),
    ];
    expect(shown({ messages, readSeq: 1 })).toEqual(['day', '1 first', '2 first', '3 first', 'unread', '4 first', '5']);
    expect(shown({ messages, readSeq: 5 })).not.toContain('unread');
    expect(shown({ messages })).not.toContain('unread');
  });

  it('shows what is on its way at the end, until the log has it, under the same key', () => {
    const message = { groupId: 'g', clientMessageId: 'c1', content: 'hello' };
    const unsent = [{ message, problem: null }];
    expect(shown({ messages: [aMessage(1)], unsent })).toEqual(['day', '1 first', 'unsent first']);
    const stored = [aMessage(1), aMessage(2, { senderId: me, clientMessageId: 'c1' })];
    expect(shown({ messages: stored, unsent })).toEqual(['day', '1 first', '2 first']);
    const keyOf = (input: Partial<TimelineInput>) =>
      timeline({ messages: [], unsent: [], readSeq: null, me, ...input }).at(-1)?.key;
    expect(keyOf({ messages: stored })).toBe(keyOf({ unsent }));
  });
});
