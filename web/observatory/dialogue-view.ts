import { entryOrders, type ConversationView, type EntryOrder } from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { Dialogue } from './dialogue.js';
import type { ObservatoryApi } from './observatory-api.js';
import { problemLines } from './problem-lines.js';

const orderNames: Record<EntryOrder, string> = { line: 'As written', tree: 'As a tree' };

/** A conversation to be read, with the few things that help doing so. */
export class DialogueView {
  readonly element: HTMLElement;
  private readonly scroller = element('div', {
    class: 'reading-scroll',
    tabindex: '0',
    role: 'region',
    'aria-label': 'Dialogue',
  });
  private readonly problems = element('div', {});
  private readonly place = element('div', {});
  private readonly told = element('span', { class: 'toolbar-told', role: 'status' });
  private readonly order: HTMLSelectElement;
  private dialogue: Dialogue;

  constructor(
    private readonly api: ObservatoryApi,
    private readonly conversation: ConversationView,
  ) {
    this.order = element(
      'select',
      { class: 'field-input', 'aria-label': 'Order of the lines' },
      ...entryOrders.map((order) => element('option', { value: order }, orderNames[order])),
    );
    this.order.addEventListener('change', () => {
      this.dialogue.stop();
      this.dialogue = this.open();
    });
    const toolbar = element(
      'div',
      { class: 'toolbar' },
      this.order,
      this.button('Next error', 'e', () => void this.goToNextError()),
      this.button('To the end', 'G', () => void this.goToEnd()),
      this.told,
    );
    this.scroller.append(this.problems, this.place);
    this.element = element('div', { class: 'reading-body' }, toolbar, this.scroller);
    this.dialogue = this.open();
    void this.showProblems();
  }

  stop(): void {
    this.dialogue.stop();
  }

  /** There are new lines. */
  async refresh(): Promise<void> {
    await this.dialogue.refresh();
  }

  private open(): Dialogue {
    const { api, scroller, conversation } = this;
    const order = this.order.value as EntryOrder;
    const dialogue = new Dialogue({
      api,
      conversationId: conversation.id,
      order,
      scroller,
      onLinesBelow: () => setText(this.told, 'New lines at the end'),
    });
    this.place.replaceChildren(dialogue.element);
    scroller.scrollTop = 0;
    return dialogue;
  }

  private button(name: string, key: string, onClick: () => void): HTMLButtonElement {
    const button = element(
      'button',
      { type: 'button', class: 'button', title: `${name} (${key})`, 'aria-keyshortcuts': key },
      name,
    );
    button.addEventListener('click', onClick);
    return button;
  }

  private async goToEnd(): Promise<void> {
    setText(this.told, 'Loading …');
    await this.dialogue.goToEnd();
    setText(this.told, '');
  }

  private async goToNextError(): Promise<void> {
    setText(this.told, 'Looking …');
    const isFound = await this.dialogue.goToNextError();
    setText(this.told, isFound ? '' : 'No further error');
  }

  /** Keys that do something here; what they did, nobody else does. */
  press(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLSelectElement;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      j: () => this.dialogue.step(1),
      k: () => this.dialogue.step(-1),
      e: () => void this.goToNextError(),
      G: () => void this.goToEnd(),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /** Of this conversation's own files, which have its session in their names. */
  private async showProblems(): Promise<void> {
    const { projectId, sessionId } = this.conversation;
    const answer = await this.api.problems(projectId, null);
    if (answer.kind !== 'ok') return;
    const own = answer.body.items.filter(({ path }) => path.includes(sessionId));
    if (own.length === 0) {
      this.problems.replaceChildren();
      return;
    }
    const lines = own.length === 1 ? '1 line' : `${String(own.length)} lines`;
    this.problems.replaceChildren(
      element(
        'details',
        { class: 'problems' },
        element('summary', {}, `⚠ ${lines} could not be understood`),
        problemLines(own),
      ),
    );
  }
}
