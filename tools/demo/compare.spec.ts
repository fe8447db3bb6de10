import { describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import { compare, countOf, type Copy, type SentMessage } from './compare.js';

/** A log of five lines (every other line of the file is an event), well stored and well received. */
function aPlayedLog(): { sent: SentMessage[]; stored: MessageView[]; received: MessageView[] } {
  const sent = fiveMessages().map((message, index): SentMessage => ({
    line: index * 2,
    clientMessageId: `client-${index + 1}`,
    authorId: message.senderId,
    nick: message.sender.displayName,
    content: `text ${index + 1}`,
    replyToId: message.replyToId,
    acknowledged: message,
  }));
  return { sent, stored: fiveMessages(), received: fiveMessages() };
}

/** New ones each time, so that a test changes one copy only. The fourth answers the second. */
function fiveMessages(): MessageView[] {
  const messages = ['ada', 'bob', 'ada', 'eve', 'bob'].map((nick, index) => aMessage(nick, index + 1));
  messages[3]!.replyToId = messages[1]!.id;
  return messages;
}

function aMessage(nick: string, seq: number): MessageView {
  const at = `2026-11-20T08:00:0${seq}.000Z`;
  return {
    id: `message-${seq}`,
    groupId: 'group',
    seq,
    rev: seq,
    senderId: `user-${nick}`,
    sender: { id: `user-${nick}`, username: `${nick}-tag`, displayName: nick, avatarUrl: null },
    content: `text ${seq}`,
    clientMessageId: `client-${seq}`,
    replyToId: null,
    threadCount: 0,
    mentions: [],
    mentionsEveryone: false,
    attachments: [],
    reactions: [],
    isPinned: false,
    isEdited: false,
    editedAt: null,
    isDeleted: false,
    deletedAt: null,
    status: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** What `compare` finds, without its words. */
function found(played: ReturnType<typeof aPlayedLog>): object[] {
  return compare(played.sent, played).map(({ copy, kind, line, seq }) => ({ copy, kind, line, seq }));
}

describe('compare', () => {
  it('finds nothing in a log that was played well', () => {
    expect(found(aPlayedLog())).toEqual([]);
  });

  describe.each(['stored', 'received'] as const)('in what was %s', (copy: Exclude<Copy, 'acknowledged'>) => {
    it('finds a message that is not there, and the gap that it leaves', () => {
      const played = aPlayedLog();
      played[copy].splice(2, 1);
      expect(found(played)).toEqual([
        { copy, kind: 'gap', line: 6, seq: 4 },
        { copy, kind: 'missing', line: 4, seq: 3 },
      ]);
    });

    it('finds that the last message is not there', () => {
      const played = aPlayedLog();
      played[copy].pop();
      expect(found(played)).toEqual([{ copy, kind: 'missing', line: 8, seq: 5 }]);
    });

    it('finds the same message a second time', () => {
      const played = aPlayedLog();
      played[copy].splice(3, 0, fiveMessages()[1]!);
      expect(found(played)).toEqual([{ copy, kind: 'duplicate', line: 2, seq: 2 }]);
    });

    it('finds a line that was stored twice under two places', () => {
      const played = aPlayedLog();
      played[copy].push({ ...fiveMessages()[4]!, id: 'message-6', seq: 6 });
      expect(found(played)).toEqual([{ copy, kind: 'duplicate', line: 8, seq: 6 }]);
    });

    it('finds a message that nobody of the log sent', () => {
      const played = aPlayedLog();
      played[copy].push({ ...aMessage('mallory', 6), clientMessageId: null });
      expect(found(played)).toEqual([{ copy, kind: 'unexpected', line: null, seq: 6 }]);
    });

    it('finds messages in another order', () => {
      const played = aPlayedLog();
      played[copy].splice(1, 2, played[copy][2]!, played[copy][1]!);
      expect(found(played)).toEqual([
        { copy, kind: 'gap', line: 4, seq: 3 },
        { copy, kind: 'seq', line: 2, seq: 2 },
        { copy, kind: 'order', line: 2, seq: 2 },
        { copy, kind: 'gap', line: 6, seq: 4 },
      ]);
    });

    it('finds places that do not begin at 1', () => {
      const played = aPlayedLog();
      for (const message of [...played[copy], ...played.sent.map(({ acknowledged }) => acknowledged)]) message.seq += 1;
      expect(found(played)).toContainEqual({ copy, kind: 'gap', line: 0, seq: 2 });
    });

    it('finds another text', () => {
      const played = aPlayedLog();
      played[copy][2]!.content = 'text 3 ';
      expect(found(played)).toEqual([{ copy, kind: 'content', line: 4, seq: 3 }]);
    });

    it('finds another author, and another name of the author', () => {
      const played = aPlayedLog();
      played[copy][0]!.senderId = 'user-bob';
      played[copy][1]!.sender.displayName = 'Bob';
      expect(found(played)).toEqual([
        { copy, kind: 'author', line: 0, seq: 1 },
        { copy, kind: 'author', line: 2, seq: 2 },
      ]);
    });

    it('finds a missing answer, a wrong one and one too many', () => {
      const played = aPlayedLog();
      played[copy][3]!.replyToId = null;
      played[copy][4]!.replyToId = 'message-1';
      expect(found(played)).toEqual([
        { copy, kind: 'reply', line: 6, seq: 4 },
        { copy, kind: 'reply', line: 8, seq: 5 },
      ]);
    });

    it('finds any other field that is not as it was acknowledged', () => {
      const played = aPlayedLog();
      played[copy][1]!.rev = 7;
      expect(found(played)).toEqual([{ copy, kind: 'view', line: 2, seq: 2 }]);
    });
  });

  it('finds an ack that is not about what was sent', () => {
    const played = aPlayedLog();
    const ack = played.sent[4]!.acknowledged;
    ack.content = played.stored[4]!.content = played.received[4]!.content = 'changed';
    expect(found(played)).toEqual([
      { copy: 'acknowledged', kind: 'content', line: 8, seq: 5 },
      { copy: 'stored', kind: 'content', line: 8, seq: 5 },
      { copy: 'received', kind: 'content', line: 8, seq: 5 },
    ]);
  });

  it('counts differences by kind', () => {
    const played = aPlayedLog();
    played.stored.splice(2, 1);
    const differences = compare(played.sent, played);
    expect(countOf(differences, 'missing')).toBe(1);
    expect(countOf(differences, 'missing', 'gap', 'duplicate')).toBe(2);
  });
});
