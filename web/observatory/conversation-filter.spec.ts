import { describe, expect, it } from '@jest/globals';

import type { ConversationView } from '../../contract/observatory.js';
import { byActivity, isWanted, statusNow, type ConversationFilter } from './conversation-filter.js';

const now = new Date('2026-01-02T12:00:00.000Z');
const everything: ConversationFilter = { projectId: null, status: null, startDate: null, endDate: null, q: '' };

function aConversation(about: Partial<ConversationView> = {}): ConversationView {
  return {
    id: 'a',
    sessionId: 's',
    projectId: 'p',
    title: 'Mend the Engine',
    status: 'completed',
    startedAt: '2026-01-02T10:00:00.000Z',
    lastActivityAt: '2026-01-02T11:00:00.000Z',
    gitBranch: null,
    version: null,
    messageCount: 1,
    entryCount: 1,
    toolCallCount: 0,
    errorCount: 0,
    usage: [],
    ...about,
  };
}

describe('the status of a conversation', () => {
  it('is active for five minutes, whatever it was when it was told', () => {
    const last = (lastActivityAt: string) => statusNow(aConversation({ lastActivityAt, status: 'active' }), now);
    expect(last('2026-01-02T11:55:00.000Z')).toBe('active');
    expect(last('2026-01-02T11:54:59.999Z')).toBe('completed');
  });

  it('stays an error', () => expect(statusNow(aConversation({ status: 'error' }), now)).toBe('error'));
});

describe('a filter of conversations', () => {
  it.each<[Partial<ConversationFilter>, boolean]>([
    [{}, true],
    [{ projectId: 'p' }, true],
    [{ projectId: 'q' }, false],
    [{ status: 'completed' }, true],
    [{ status: 'active' }, false],
    [{ q: 'the engine' }, true],
    [{ q: 'motor' }, false],
    [{ startDate: '2026-01-02T11:00:00.000Z' }, true],
    [{ startDate: '2026-01-02T11:00:00.001Z' }, false],
    [{ endDate: '2026-01-02T10:00:00.000Z' }, true],
    [{ endDate: '2026-01-02T09:59:59.999Z' }, false],
  ])('%j wants one of it: %s', (wanted, expected) => {
    expect(isWanted(aConversation(), { ...everything, ...wanted }, now)).toBe(expected);
  });
});

it('lists the latest active first, and those without a time last', () => {
  const conversations = [
    aConversation({ id: 'none', lastActivityAt: null }),
    aConversation({ id: 'early' }),
    aConversation({ id: 'late', lastActivityAt: '2026-01-02T11:30:00.000Z' }),
  ];
  expect(conversations.sort(byActivity).map(({ id }) => id)).toEqual(['late', 'early', 'none']);
});
