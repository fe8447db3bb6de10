import type { Group, MessageView, MyGroupView, ReactionView } from '../../client/src/index.js';
import { limits } from '../../contract/limits.js';
import { element } from '../shared/dom.js';
import type { ChatContext } from './chat-context.js';
import { Composer } from './composer.js';
import { oncePerFrame } from './controls.js';
import { conversationHead } from './conversation-head.js';
import { messageActions } from './message-actions.js';
import { MessageList } from './message-list.js';
import { summaryOf } from './message-row.js';
import { announce, attempt, sentenceOf, toast } from './notices.js';
import { QuotedMessages } from './quoted-messages.js';
import { Receipts } from './receipts.js';
import { UnsentMessages } from './unsent-messages.js';
import { typingLine } from './typing-line.js';
import { Uploads } from './uploads.js';

/** One group, as it is read and written: its head, its messages, who is typing, and where to write. */
export class Conversation {
  readonly element: HTMLElement;
  readonly list: MessageList;
  readonly composer: Composer;
  private readonly group: Group;
  private readonly receipts: Receipts;
  private readonly unsent: UnsentMessages;
  private readonly typing = typingLine();
  private readonly head: ReturnType<typeof conversationHead>;
  private readonly end = new AbortController();

  constructor(
    private readonly context: ChatContext,
    about: MyGroupView,
    openPanel: (name: 'members' | 'search') => void,
  ) {
    const { client, people, directory, drafts, pictures } = context;
    const { id } = about;
    this.group = client.group(id);
    this.receipts = new Receipts(client, id, about.memberCount > limits.audience.maxMembers);
    this.unsent = new UnsentMessages(context, this.group, () => this.list.renderSoon());
    const quoted = new QuotedMessages(client, this.group, () => this.list.renderSoon());
    this.head = conversationHead(context, about, openPanel);
    this.list = new MessageList({
      group: this.group,
      me: people.me.id,
      receipts: this.receipts,
      unsent: () => this.unsent.list(),
      beginning: beginningOf(about, directory.titleOf(about)),
      onSeenToEnd: () => this.markRead(),
      onFailure: (error) => toast(sentenceOf(error)),
      context: {
        client,
        people,
        pictures,
        isDirect: about.kind === 'direct',
        findMessage: (messageId) => quoted.find(messageId),
        goTo: (message) => void attempt(() => this.list.goTo(message)),
        toggleReaction: (message, reaction) => void this.toggle(message, reaction),
        retry: (one) => this.unsent.retry(one),
        discard: (one) => this.unsent.discard(one),
      },
    });
    this.composer = new Composer({
      title: directory.titleOf(about),
      uploads: new Uploads(client, id),
      draft: drafts.get(id) ?? '',
      onDraft: (text) => drafts.set(id, text),
      onTyping: (isTyping) => this.group.setTyping(isTyping),
      send: (content, more) => {
        this.list.goToNewest();
        this.unsent.send(content, more);
      },
      edit: (message, content) =>
        void attempt(() => client.request('edit_message', { messageId: message.id, content })),
      lastOwn: () => this.group.messages.findLast(({ senderId, isDeleted }) => senderId === people.me.id && !isDeleted),
    });
    messageActions(this.list.list, {
      me: people.me.id,
      mayModerate: () => ['owner', 'moderator'].includes(directory.find(id)?.role ?? 'member'),
      messageOf: (row) => this.list.messageOf(row),
      react: (message, emoji) => void attempt(() => client.request('react', { messageId: message.id, emoji })),
      reply: (message) => this.composer.replyTo(message),
      edit: (message) => this.composer.startEdit(message),
      remove: (message) => void this.remove(message),
    });
    this.element = element(
      'div',
      { class: 'conversation' },
      this.head.element,
      this.list.element,
      this.typing.element,
      this.composer.element,
    );
    this.takeDroppedFiles();
    this.listen();
  }

  /** When it stands on the page. */
  start(): void {
    this.list.render();
    this.head.show();
    this.composer.start();
    if (matchMedia('(hover: hover)').matches) this.composer.focus();
  }

  close(): void {
    this.group.setTyping(false);
    this.end.abort();
    this.receipts.close();
  }

  private listen(): void {
    const { client, people, directory } = this.context;
    const { signal } = this.end;
    const showTyping = () => this.typing.show(this.group.typing.map((userId) => people.nameOf(userId)));
    const offs = [
      this.group.onChange(() => {
        this.list.renderSoon();
        showTyping();
      }),
      client.on('state', () => this.list.renderSoon()),
      client.on('new_message', ({ message }) => {
        if (message.groupId === this.group.id && message.senderId !== people.me.id) {
          announce(`${message.sender.displayName}: ${summaryOf(message)}`);
        }
      }),
    ];
    signal.addEventListener('abort', () => {
      for (const off of offs) off();
    });
    this.receipts.addEventListener('change', () => this.list.renderSoon(), { signal });
    const showHead = oncePerFrame(() => this.head.show());
    people.addEventListener('change', showHead, { signal });
    // Somebody may have begun to type whose name comes only now.
    people.addEventListener('change', showTyping, { signal });
    people.addEventListener('change', () => this.list.renderSoon(), { signal });
    directory.addEventListener('change', showHead, { signal });
    for (const [target, name] of [
      [window, 'focus'],
      [document, 'visibilitychange'],
    ] as const) {
      target.addEventListener(name, () => this.markRead(), { signal });
    }
  }

  /** Read is what somebody can have read: the end of the list, in a window that is being looked at. */
  private markRead(): void {
    const isLookedAt = document.visibilityState === 'visible' && document.hasFocus();
    if (!isLookedAt || !this.list.isSeenToEnd || this.group.lastReadSeq >= this.group.lastSeq) return;
    // What could not be told is told with the next message.
    this.group.markRead().catch(() => undefined);
  }

  private async toggle({ id: messageId }: MessageView, { emoji, mine }: ReactionView): Promise<void> {
    await attempt(() => this.context.client.request('react', { messageId, emoji, remove: mine === true }));
  }

  private async remove({ id: messageId }: MessageView): Promise<void> {
    const { client } = this.context;
    if (!(await attempt(() => client.request('delete_message', { messageId })))) return;
    this.composer.focus();
    toast('Message deleted.', {
      label: 'Undo',
      act: () => void attempt(() => client.request('restore_message', { messageId })),
    });
  }

  private takeDroppedFiles(): void {
    const { element: area } = this;
    area.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      area.classList.add('is-dropping');
    });
    area.addEventListener('dragleave', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !area.contains(relatedTarget)) area.classList.remove('is-dropping');
    });
    area.addEventListener('drop', (event) => {
      event.preventDefault();
      area.classList.remove('is-dropping');
      this.composer.attach(event.dataTransfer?.files ?? []);
    });
  }
}

function beginningOf({ kind, description }: MyGroupView, title: string): HTMLElement {
  const text =
    kind === 'direct' ? `This is the beginning of your conversation with ${title}.` : `This is where ${title} begins.`;
  return element('div', { class: 'beginning' }, element('strong', {}, text), element('p', {}, description));
}
