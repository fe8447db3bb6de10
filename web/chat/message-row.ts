import type { ConfabClient, MessageStatus, MessageView, ReactionView } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { personAvatar, tintOf } from './avatar.js';
import { textButton } from './controls.js';
import { emojiElement, emojiName, withEmoji } from './emoji.js';
import { icon } from './icons.js';
import { messageFiles } from './message-files.js';
import { messageText } from './message-text.js';
import { sentenceOf } from './notices.js';
import type { People } from './people.js';
import type { Pictures } from './pictures.js';
import type { UnsentMessage } from './timeline.js';
import { clockTime, fullTime } from './times.js';

/** What the rows of a conversation need to be drawn, and what is done from within them. */
export interface RowContext {
  client: ConfabClient;
  people: People;
  pictures: Pictures;
  isDirect: boolean;
  /** The other end of a reply; `undefined` while it is being fetched. */
  findMessage: (id: string) => MessageView | null | undefined;
  goTo: (message: MessageView) => void;
  toggleReaction: (message: MessageView, reaction: ReactionView) => void;
  retry: (unsent: UnsentMessage) => void;
  discard: (unsent: UnsentMessage) => void;
}

export interface MessageRow {
  message: MessageView;
  isFirst: boolean;
  isOwn: boolean;
  /** Of an own message. */
  status: MessageStatus | null;
}

/** What stands in a message's row. */
export function messageRow({ message, isFirst, isOwn, status }: MessageRow, context: RowContext): HTMLElement[] {
  const { people, pictures, isDirect } = context;
  const bubble = element('div', { class: 'bubble' });
  const { sender, content, replyToId, attachments, reactions } = message;
  if (isFirst && !isOwn && !isDirect) {
    bubble.append(element('span', { class: `sender text-${tintOf(sender.username)}` }, sender.displayName));
  }
  if (message.isDeleted) {
    bubble.append(element('div', { class: 'text text-deleted' }, icon('trash'), 'This message was deleted'));
  } else {
    if (replyToId !== null) bubble.append(quote(context.findMessage(replyToId), context));
    if (attachments.length > 0) bubble.append(messageFiles(attachments, context.client, pictures));
    if (content !== null && content !== '') bubble.append(messageText(content, mentionedNames(message, people)));
  }
  bubble.append(footOf(message, status));
  const body = element('div', { class: 'body' }, bubble);
  if (reactions.length > 0) body.append(reactionList(message, context));
  if (isOwn || isDirect) return [body];
  const person = people.find(message.senderId) ?? { ...sender, presence: 'offline', statusText: null };
  const avatar = isFirst ? personAvatar(person, pictures) : element('span', { class: 'avatar-space' });
  return [avatar, body];
}

/** What a screen reader says of the row. */
export function messageLabel({ message }: MessageRow): string {
  const { sender, content, createdAt, isDeleted, isEdited, attachments } = message;
  const files = attachments.map(({ fileName }) => fileName).join(', ');
  const said = isDeleted ? 'message deleted' : [content ?? '', files].filter((text) => text !== '').join(', file: ');
  return `${sender.displayName}, ${clockTime(createdAt)}${isEdited ? ', edited' : ''}: ${said}`;
}

/** A message that is on its way, or did not get there. */
export function unsentRow(unsent: UnsentMessage, context: RowContext): HTMLElement[] {
  const { message, problem } = unsent;
  const files = message.attachmentIds?.length ?? 0;
  const bubble = element('div', { class: 'bubble' });
  if (files > 0) bubble.append(element('div', { class: 'text' }, files === 1 ? '1 file' : `${files} files`));
  if (message.content !== undefined && message.content !== '') {
    bubble.append(messageText(message.content, new Set()));
  }
  const body = element('div', { class: 'body' }, bubble);
  if (problem === null) {
    const waits = context.client.state === 'online' ? 'Sending' : 'Waiting for the connection';
    bubble.append(element('span', { class: 'foot' }, element('span', {}, waits), icon('clock')));
  } else {
    body.append(
      element(
        'p',
        { class: 'unsent-problem', role: 'alert' },
        icon('warning'),
        element('span', {}, `Not sent. ${sentenceOf(problem)}`),
        textButton('Try again', () => context.retry(unsent), 'link-button'),
        textButton('Discard', () => context.discard(unsent), 'link-button'),
      ),
    );
  }
  return [body];
}

const statusWords: Record<MessageStatus, string> = { sent: 'Sent', delivered: 'Delivered', read: 'Read' };

function footOf({ createdAt, isEdited, isDeleted }: MessageView, status: MessageStatus | null): HTMLElement {
  const time = element('time', { datetime: createdAt, title: fullTime(createdAt) }, clockTime(createdAt));
  const foot = element('span', { class: 'foot' }, ...(isEdited && !isDeleted ? ['edited '] : []), time);
  if (status !== null && !isDeleted) {
    const tick = element('span', { class: `tick tick-${status}`, role: 'img', 'aria-label': statusWords[status] });
    tick.title = statusWords[status];
    tick.append(icon(status === 'sent' ? 'check' : 'checks'));
    foot.append(tick);
  }
  return foot;
}

function quote(message: MessageView | null | undefined, { goTo }: RowContext): HTMLElement {
  if (message === undefined) return element('div', { class: 'quote' }, '…');
  if (message === null || message.isDeleted) {
    return element('div', { class: 'quote' }, element('span', { class: 'quote-text' }, 'A message that was deleted'));
  }
  const { sender } = message;
  const button = element(
    'button',
    { type: 'button', class: `quote quote-${tintOf(sender.username)}`, title: 'Go to the message' },
    element('span', { class: `quote-sender text-${tintOf(sender.username)}` }, sender.displayName),
    element('span', { class: 'quote-text' }, ...withEmoji(summaryOf(message))),
  );
  button.addEventListener('click', () => goTo(message));
  return button;
}

/** A message in one line. */
export function summaryOf({ content, attachments, isDeleted }: MessageView): string {
  if (isDeleted) return 'Message deleted';
  if (content !== null && content !== '') return content.replace(/\s+/g, ' ');
  return attachments.length === 1 ? (attachments[0]?.fileName ?? 'File') : `${attachments.length} files`;
}

function reactionList(message: MessageView, { toggleReaction }: RowContext): HTMLElement {
  const chips = message.reactions.map((reaction) => {
    const { emoji, count, mine } = reaction;
    const chip = element(
      'button',
      {
        type: 'button',
        class: 'reaction',
        'aria-pressed': String(mine === true),
        'aria-label': `${emojiName(emoji)}, ${count}`,
        title: mine === true ? 'Take back' : 'React too',
      },
      emojiElement(emoji),
      element('span', { class: 'reaction-count' }, String(count)),
    );
    chip.addEventListener('click', () => toggleReaction(message, reaction));
    return chip;
  });
  return element('div', { class: 'reactions', role: 'group', 'aria-label': 'Reactions' }, ...chips);
}

function mentionedNames({ mentions, mentionsEveryone }: MessageView, people: People): Set<string> {
  const names = mentions.map((id) => people.find(id)?.username.toLowerCase() ?? '');
  return new Set([...names, ...(mentionsEveryone ? ['all'] : []), ...(mentions.length > 0 ? ['here'] : [])]);
}
