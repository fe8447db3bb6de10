import type { BlockView } from '../../contract/observatory.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { duration } from '../shared/format.js';
import { codeBlock } from './text-nodes.js';
import { longText } from './long-text.js';
import { parseInput, shortArgument } from './tool-argument.js';

/** A call of a tool in one line: name, what about, how it went. What went in and what came out are made when it is opened. */
export class ToolCall {
  readonly element: HTMLDetailsElement;
  private readonly outcome = element('span', { class: 'call-outcome' });
  private readonly body = element('div', { class: 'call-body' });
  private result: BlockView | null = null;

  /** @param calledAt the time of the line with the call */
  constructor(
    private readonly call: BlockView,
    private readonly calledAt: string | null,
  ) {
    const argument = shortArgument(call.text);
    this.element = element(
      'details',
      { class: 'call' },
      element(
        'summary',
        {},
        element('span', { class: 'call-name' }, call.toolName ?? 'tool'),
        element('span', { class: 'call-argument' }, argument),
        this.outcome,
      ),
      this.body,
    );
    this.showOutcome(null);
    this.element.addEventListener('toggle', () => this.fill());
  }

  /** @param at the time of the line with the result */
  showResult(result: BlockView, at: string | null): void {
    this.result = result;
    this.showOutcome(at);
    // It is filled again: what is open shows the result as it comes.
    this.body.replaceChildren();
    this.fill();
  }

  private showOutcome(at: string | null): void {
    const { result, calledAt } = this;
    const state = result === null ? 'open' : result.isError ? 'failed' : 'done';
    setAttribute(this.element, 'data-state', state);
    setAttribute(this.element, 'data-error', state === 'failed' ? '' : null);
    const words = { open: '… no result yet', failed: '✖ failed', done: '✓' };
    const tookMs = at === null || calledAt === null ? null : new Date(at).getTime() - new Date(calledAt).getTime();
    setText(this.outcome, tookMs === null ? words[state] : `${words[state]} ${duration(Math.max(0, tookMs))}`);
    if (state === 'done') this.outcome.append(element('span', { class: 'sr-only' }, ' succeeded'));
  }

  private fill(): void {
    if (!this.element.open || this.body.hasChildNodes()) return;
    this.body.append(element('p', { class: 'call-heading' }, 'Input'), inputNode(this.call));
    if (this.result !== null) {
      const heading = this.result.isError ? 'Failed with' : 'Result';
      this.body.append(element('p', { class: 'call-heading' }, heading), resultNode(this.result));
    }
  }
}

/** What a tool gave back, as it gave it. */
export function resultNode({ text, length, isError }: BlockView): HTMLElement {
  if (text === '') return element('p', { class: 'hint' }, 'Nothing.');
  const place = longText({ text, length, maxLength: 4_000, maxLines: 40, render: (shown) => [codeBlock(shown)] });
  place.classList.toggle('is-failed', isError);
  return place;
}

function inputNode({ text, length }: BlockView): HTMLElement {
  const fields = parseInput(text);
  if (fields === null) {
    return longText({ text, length, maxLength: 4_000, maxLines: 40, render: (shown) => [codeBlock(shown)] });
  }
  const entries = Object.entries(fields);
  if (entries.length === 0) return element('p', { class: 'hint' }, 'None.');
  return element('dl', { class: 'call-input' }, ...entries.flatMap(([name, value]) => inputField(name, value)));
}

function inputField(name: string, value: unknown): HTMLElement[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const isLong = text.length > 100 || text.includes('\n') || name === 'old_string' || name === 'new_string';
  const { length } = text;
  const shown = isLong
    ? longText({ text, length, maxLength: 4_000, maxLines: 40, render: (part) => [codeBlock(part)] })
    : element('code', {}, text);
  return [element('dt', {}, name), element('dd', { 'data-field': name }, shown)];
}
