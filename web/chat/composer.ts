import type { MessageView } from '../../client/src/index.js';
import { limits } from '../../contract/limits.js';
import { element } from '../shared/dom.js';
import { iconButton } from './controls.js';
import { withEmoji } from './emoji.js';
import { icon } from './icons.js';
import { chooseEmoji } from './message-actions.js';
import { summaryOf } from './message-row.js';
import type { Uploads } from './uploads.js';

export interface ComposerOptions {
  title: string;
  uploads: Uploads;
  draft: string;
  onDraft: (text: string) => void;
  onTyping: (isTyping: boolean) => void;
  send: (content: string, more: { replyToId?: string; attachmentIds?: string[] }) => void;
  edit: (message: MessageView, content: string) => void;
  /** The last message that I wrote here. */
  lastOwn: () => MessageView | undefined;
}

type Aim = { kind: 'new' } | { kind: 'reply' | 'edit'; message: MessageView };

/** Where messages are written: Enter sends, Shift+Enter begins a line, ArrowUp edits the last one, Esc steps back. */
export class Composer {
  readonly element: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly sendButton: HTMLButtonElement;
  private readonly aimText = element('span', { class: 'aim-text' });
  private readonly aimLine: HTMLElement;
  private aim: Aim = { kind: 'new' };

  constructor(private readonly options: ComposerOptions) {
    const { uploads, title, draft } = options;
    this.input = element('textarea', {
      class: 'composer-input',
      rows: '1',
      'aria-label': `Message to ${title}`,
      placeholder: `Message ${title}`,
      maxlength: String(limits.message.maxLength),
    });
    this.input.value = draft;
    const picker = element('input', { type: 'file', multiple: '', hidden: '', 'aria-label': 'Files to attach' });
    picker.addEventListener('change', () => {
      uploads.add(picker.files ?? []);
      picker.value = '';
      this.focus();
    });
    this.sendButton = element(
      'button',
      { type: 'submit', class: 'send-button', 'aria-label': 'Send', title: 'Send (Enter)' },
      icon('send'),
    );
    const smile = iconButton('smile', 'Insert an emoji', () => chooseEmoji(smile, (emoji) => this.insert(emoji)));
    this.aimLine = element(
      'div',
      { class: 'aim', hidden: '' },
      this.aimText,
      iconButton('close', 'Cancel', () => this.stepBack()),
    );
    this.element = element(
      'form',
      { class: 'composer', 'aria-label': 'Write a message' },
      this.aimLine,
      uploads.element,
      element(
        'div',
        { class: 'composer-line' },
        iconButton('attach', 'Attach files', () => picker.click()),
        picker,
        this.input,
        smile,
        this.sendButton,
      ),
    );
    this.listen();
  }

  /** When it stands on the page: before, its text has no height. */
  start(): void {
    this.fit();
  }

  focus(): void {
    this.input.focus();
  }

  attach(files: Iterable<File>): void {
    this.options.uploads.add(files);
    this.focus();
  }

  replyTo(message: MessageView): void {
    this.aimAt({ kind: 'reply', message });
  }

  startEdit(message: MessageView): void {
    this.aimAt({ kind: 'edit', message });
    this.setText(message.content ?? '');
  }

  private aimAt(aim: Aim): void {
    if (this.aim.kind === 'edit' && aim.kind !== 'edit') this.setText('');
    this.aim = aim;
    this.aimLine.hidden = aim.kind === 'new';
    if (aim.kind !== 'new') {
      const what = aim.kind === 'edit' ? 'Edit message' : `Reply to ${aim.message.sender.displayName}`;
      this.aimText.replaceChildren(
        element('strong', {}, what),
        element('span', {}, ...withEmoji(summaryOf(aim.message))),
      );
      this.focus();
    }
  }

  private stepBack(): void {
    this.aimAt({ kind: 'new' });
    this.focus();
  }

  private listen(): void {
    const { uploads, onDraft, onTyping } = this.options;
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.input.addEventListener('input', () => {
      this.fit();
      if (this.aim.kind === 'edit') return;
      onDraft(this.input.value);
      onTyping(this.input.value !== '');
    });
    this.input.addEventListener('keydown', (event) => this.noteKey(event));
    this.input.addEventListener('paste', (event) => {
      const files = event.clipboardData?.files ?? [];
      if (files.length === 0) return;
      event.preventDefault();
      uploads.add(files);
    });
  }

  private noteKey(event: KeyboardEvent): void {
    // While an input method composes a word, Enter chooses it.
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.element.requestSubmit();
    } else if (event.key === 'Escape' && this.aim.kind !== 'new') {
      event.preventDefault();
      this.stepBack();
    } else if (event.key === 'ArrowUp' && this.input.value === '') {
      const last = this.options.lastOwn();
      if (last === undefined) return;
      event.preventDefault();
      this.startEdit(last);
    }
  }

  private async submit(): Promise<void> {
    const content = this.input.value.trim();
    const { aim } = this;
    if (aim.kind === 'edit') {
      if (content === '') return;
      this.stepBack();
      if (content !== aim.message.content) this.options.edit(aim.message, content);
      return;
    }
    if (content === '' && this.options.uploads.isEmpty) return;
    this.setText('');
    this.options.onDraft('');
    this.options.onTyping(false);
    this.stepBack();
    const attachmentIds = await this.options.uploads.take();
    if (content === '' && attachmentIds.length === 0) return;
    this.options.send(content, {
      ...(aim.kind === 'reply' && { replyToId: aim.message.id }),
      ...(attachmentIds.length > 0 && { attachmentIds }),
    });
  }

  private insert(text: string): void {
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, 'end');
    this.input.dispatchEvent(new Event('input'));
    this.focus();
  }

  private setText(text: string): void {
    this.input.value = text;
    this.fit();
  }

  /** As high as its text, up to the limit that the style sets. */
  private fit(): void {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight}px`;
  }
}
