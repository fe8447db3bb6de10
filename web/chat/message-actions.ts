import type { MessageView } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { iconButton } from './controls.js';
import { emojiElement, emojiName, offeredEmoji } from './emoji.js';
import { openMenu } from './overlays.js';
import { rove } from './roving.js';

export interface MessageActions {
  me: string;
  /** Whether I may delete what others wrote. */
  mayModerate: () => boolean;
  messageOf: (row: HTMLElement) => MessageView | undefined;
  react: (message: MessageView, emoji: string) => void;
  reply: (message: MessageView) => void;
  edit: (message: MessageView) => void;
  remove: (message: MessageView) => void;
}

/**
 * What can be done with a message: one bar of buttons, which stands on the row under the pointer or with the focus. With
 * the focus on a row, the keys R, E, + and Delete do the same.
 */
export function messageActions(list: HTMLElement, actions: MessageActions): void {
  const bar = element('div', { class: 'actions', role: 'toolbar', 'aria-label': 'Message actions' });
  let standsOn: HTMLElement | null = null;

  function putOn(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('.row[data-seq]') : null;
    // The focus inside the bar keeps it where it is.
    if (row === standsOn || (bar.contains(document.activeElement) && bar.isConnected)) return;
    const message = row === null ? undefined : actions.messageOf(row);
    if (row === null || message === undefined || message.isDeleted) return;
    standsOn = row;
    const isOwn = message.senderId === actions.me;
    const react = iconButton('smile', 'React', () => chooseEmoji(react, (emoji) => actions.react(message, emoji)));
    bar.replaceChildren(
      react,
      iconButton('reply', 'Reply', () => actions.reply(message)),
      ...(isOwn ? [iconButton('edit', 'Edit', () => actions.edit(message))] : []),
      ...(isOwn || actions.mayModerate() ? [iconButton('trash', 'Delete', () => actions.remove(message))] : []),
    );
    row.querySelector('.bubble')?.append(bar);
  }

  rove(bar, 'button', 'horizontal');
  list.addEventListener('pointerover', ({ target, pointerType }) => {
    if (pointerType === 'mouse') putOn(target);
  });
  list.addEventListener('focusin', ({ target }) => putOn(target));
  // A row that is drawn anew loses the bar with the rest.
  new MutationObserver(() => {
    if (!bar.isConnected) standsOn = null;
  }).observe(list, { childList: true, subtree: true });
  list.addEventListener('keydown', (event) => {
    const row = event.target instanceof HTMLElement && event.target.matches('.row[data-seq]') ? event.target : null;
    const message = row === null ? undefined : actions.messageOf(row);
    if (row === null || message === undefined || message.isDeleted || event.ctrlKey || event.metaKey) return;
    const isOwn = message.senderId === actions.me;
    if (event.key === 'r') actions.reply(message);
    else if (event.key === '+') chooseEmoji(row, (emoji) => actions.react(message, emoji));
    else if (event.key === 'e' && isOwn) actions.edit(message);
    else if (event.key === 'Delete' && (isOwn || actions.mayModerate())) actions.remove(message);
    else return;
    event.preventDefault();
  });
}

/** A small window with the emoji that the page offers. */
export function chooseEmoji(anchor: HTMLElement, onChosen: (emoji: string) => void): void {
  const choices = offeredEmoji.map((emoji) => {
    const choice = element(
      'button',
      { type: 'button', class: 'emoji-choice', 'aria-label': emojiName(emoji), title: emojiName(emoji) },
      emojiElement(emoji),
    );
    choice.addEventListener('click', () => onChosen(emoji));
    return choice;
  });
  const grid = element('div', { class: 'emoji-choices' }, ...choices);
  rove(grid, 'button', 'horizontal');
  openMenu(anchor, 'Emoji', grid);
}
