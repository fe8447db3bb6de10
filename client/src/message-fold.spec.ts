import { describe, expect, it } from '@jest/globals';

import type { AttachmentView } from '../../contract/attachment-views.js';
import type { MessageView } from '../../contract/views.js';
import { GroupLogFixture, type LogStep } from './group-log.fixture.js';
import { foldMessage } from './message-fold.js';
import { MessageWindow } from './message-window.js';

const me = 'me';
const create: LogStep = { do: 'create', by: 'ada', mentions: [] };
const react = (by: string): LogStep => ({ do: 'react', target: 0, by, emoji: '+1' });

/** One message that changes: its state for me after each change, and the live event of each. */
function aHistory(...steps: LogStep[]) {
  const log = new GroupLogFixture(me, [create, ...steps]);
  const stateAt = (rev: number): MessageView => log.messagesAt(rev)[0]!;
  const eventAt = (rev: number) => log.live[rev - 1]!;
  return { stateAt, eventAt };
}

describe('foldMessage', () => {
  it('knows that I took my reaction back while that of another stays', () => {
    const { stateAt, eventAt } = aHistory(react(me), react('bob'), react(me));
    const folded = foldMessage(stateAt(3), eventAt(4), me);
    expect(folded?.reactions).toEqual([{ emoji: '+1', count: 1, mine: false }]);
  });

  it('leaves my reaction alone when another reacts', () => {
    const { stateAt, eventAt } = aHistory(react(me), react('bob'));
    expect(foldMessage(stateAt(2), eventAt(3), me)?.reactions).toEqual([{ emoji: '+1', count: 2, mine: true }]);
  });

  it('does not say whose the reactions are that a restored message brings back', () => {
    const { stateAt, eventAt } = aHistory(react(me), { do: 'delete', target: 0 }, { do: 'restore', target: 0 });
    expect(foldMessage(stateAt(3), eventAt(4), me)?.reactions).toEqual([{ emoji: '+1', count: 1, mine: null }]);
  });

  it('keeps the newer state when an older change comes late', () => {
    const { stateAt, eventAt } = aHistory({ do: 'edit', target: 0 }, { do: 'edit', target: 0 });
    expect(foldMessage(stateAt(3), eventAt(2), me)).toEqual(stateAt(3));
  });

  it('leaves nothing of its files with a deleted message', () => {
    const { stateAt, eventAt } = aHistory({ do: 'delete', target: 0 });
    const file = { id: 'file' } as AttachmentView;
    const folded = foldMessage({ ...stateAt(1), attachments: [file] }, eventAt(2), me);
    expect(folded).toMatchObject({ isDeleted: true, attachments: [] });
  });

  it('knows nothing of a message of which it hears only that it is deleted', () => {
    const { eventAt } = aHistory({ do: 'delete', target: 0 });
    expect(foldMessage(undefined, eventAt(2), me)).toBeUndefined();
  });
});

describe('MessageWindow', () => {
  it('takes a refined message, but not one that is older than what it has', () => {
    const { stateAt } = aHistory({ do: 'edit', target: 0 }, { do: 'edit', target: 0 });
    const window = new MessageWindow(1, me);
    window.append([stateAt(2)]);
    window.refine(stateAt(3));
    window.refine(stateAt(1));
    expect(window.messages).toEqual([stateAt(3)]);
  });
});
