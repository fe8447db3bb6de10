import type { BlockView, EntryView } from '../../contract/observatory.js';
import { element, setAttribute } from '../shared/dom.js';
import { timeOfDay } from '../shared/format.js';
import { longText } from './long-text.js';
import { textNodes } from './text-nodes.js';
import { resultNode, ToolCall } from './tool-call.js';
import { exactly } from './when.js';

/** The calls of a conversation by their ids: a call and its result stand in different lines. */
export type Calls = Map<string, ToolCall>;

export interface EntryItem {
  element: HTMLElement;
  /** Who speaks: lines of the same one, one after the other, need his name once. Empty when all of it stands elsewhere. */
  speaker: string;
}

/** One line of a conversation. */
export function entryItem(entry: EntryView, calls: Calls): EntryItem {
  const parts = entry.blocks.flatMap((block) => blockNode(block, entry, calls) ?? []);
  if (entry.omittedBlocks > 0) {
    parts.push(element('p', { class: 'hint' }, `${String(entry.omittedBlocks)} more blocks were not kept.`));
  }
  // A result is shown with its call.
  const isElsewhere = parts.length === 0 && entry.blocks.length > 0;
  const speaker = speakerOf(entry);
  const item = element(
    'article',
    {
      class: 'entry',
      tabindex: '-1',
      'data-id': entry.id,
      'data-speaker': speaker.kind,
      ...(isElsewhere && { hidden: '' }),
      ...(entry.isSidechain && { 'data-sidechain': '' }),
      ...(entry.isError && { 'data-error': '' }),
    },
    element(
      'header',
      { class: 'entry-head' },
      element('span', { class: 'entry-speaker' }, speaker.name),
      ...(entry.isSidechain ? [element('span', { class: 'tag' }, 'subagent')] : []),
      ...(entry.model === null ? [] : [element('span', { class: 'entry-model' }, entry.model)]),
      ...(entry.at === null
        ? []
        : [element('time', { datetime: entry.at, title: exactly(entry.at) }, timeOfDay(entry.at))]),
    ),
    ...parts,
  );
  if (parts.length === 0 && !isElsewhere) item.append(element('p', { class: 'hint' }, `${entry.lineType}, empty`));
  return { element: item, speaker: isElsewhere ? '' : `${speaker.name}${entry.isSidechain ? '/' : ''}` };
}

/** Shows whether a line goes on where the one before it stopped. */
export function showContinued({ element: item }: EntryItem, isContinued: boolean): void {
  setAttribute(item, 'data-continued', isContinued ? '' : null);
}

/** Shows where a conversation was rewound and went on another way. */
export function showBranch({ element: item }: EntryItem, isBranch: boolean): void {
  const isShown = item.firstElementChild?.classList.contains('branch') === true;
  if (!isBranch || isShown || item.dataset['speaker'] !== 'user') return;
  item.prepend(element('p', { class: 'branch' }, '⑂ Another branch, from further up'));
}

function speakerOf(entry: EntryView): { kind: string; name: string } {
  if (entry.isError) return { kind: 'error', name: 'API error' };
  // What the program told the model in the person's name, and results: not the person's words.
  if (entry.isMeta) return { kind: 'note', name: 'Note' };
  if (entry.type === 'assistant') return { kind: 'assistant', name: 'Claude' };
  if (entry.type === 'user') {
    const isResult = entry.blocks.length > 0 && entry.blocks.every(({ type }) => type === 'tool_result');
    if (isResult) return { kind: 'note', name: 'Result' };
    // A subagent is asked by the model.
    return entry.isSidechain ? { kind: 'task', name: 'Task' } : { kind: 'user', name: 'User' };
  }
  return { kind: 'note', name: entry.type === 'system' ? 'System' : entry.lineType };
}

function blockNode(block: BlockView, entry: EntryView, calls: Calls): HTMLElement | null {
  switch (block.type) {
    case 'text':
      return isQuiet(entry) ? folded('Text', block) : spoken(block);
    case 'thinking':
      return folded('Thinking', block);
    case 'tool_use': {
      const call = new ToolCall(block, entry.at);
      if (block.toolUseId !== null) calls.set(block.toolUseId, call);
      return call.element;
    }
    case 'tool_result': {
      const call = block.toolUseId === null ? undefined : calls.get(block.toolUseId);
      if (call === undefined) return resultNode(block);
      call.showResult(block, entry.at);
      return null;
    }
    case 'image':
      return element('p', { class: 'picture' }, `▧ Picture (${block.mediaType ?? 'of an unknown kind'}), not kept`);
    case 'other':
      return folded('Something else', block);
  }
}

/** Long notes of the program are not what one reads a dialogue for. */
function isQuiet({ isMeta, type, isError, blocks }: EntryView): boolean {
  const length = blocks.reduce((sum, { text }) => sum + text.length, 0);
  return !isError && (isMeta || type === 'other' || type === 'system') && length > 200;
}

function spoken({ text, length }: BlockView): HTMLElement {
  const shown = longText({ text, length, maxLength: 12_000, maxLines: 200, render: textNodes });
  shown.classList.add('spoken');
  return shown;
}

function folded(name: string, { text, length }: BlockView): HTMLElement {
  const place = element(
    'details',
    { class: 'folded' },
    element('summary', {}, name, element('span', { class: 'folded-beginning' }, text.slice(0, 200))),
  );
  place.addEventListener('toggle', () => {
    if (!place.open || place.childElementCount > 1) return;
    const shown = longText({ text, length, maxLength: 12_000, maxLines: 200, render: textNodes });
    shown.classList.add('spoken');
    place.append(shown);
  });
  return place;
}
