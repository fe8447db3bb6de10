import { element } from '../shared/dom.js';
import { iconButton } from './controls.js';
import { rove } from './roving.js';

/** A window over the page. The browser keeps the focus inside, closes it with Esc, and gives the focus back. */
export function openDialog(heading: string, ...content: Node[]): { element: HTMLDialogElement; close: () => void } {
  const dialog = element('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-heading' });
  const close = () => {
    dialog.close();
  };
  dialog.append(
    element(
      'div',
      { class: 'dialog-head' },
      element('h2', { id: 'dialog-heading' }, heading),
      iconButton('close', 'Close', close),
    ),
    ...content,
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
  });
  // A click on the dialog itself is one beside its content.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector<HTMLElement>('[data-focus], input')?.focus();
  return { element: dialog, close };
}

/** A small window beside what opened it, which closes with Esc or a click elsewhere. */
export function openMenu(anchor: HTMLElement, label: string, ...content: HTMLElement[]): void {
  const menu = element('div', { class: 'menu', popover: 'auto', role: 'group', 'aria-label': label }, ...content);
  rove(menu, 'button');
  // Whatever was chosen, the menu has done its work.
  menu.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('button') !== null) menu.hidePopover();
  });
  menu.addEventListener('toggle', (event) => {
    if (event.newState === 'closed') menu.remove();
  });
  // In the same part of the page as its anchor: what lies outside of a modal dialog cannot be used.
  (anchor.closest('dialog, nav, main, aside') ?? document.body).append(menu);
  menu.showPopover({ source: anchor });
  placeBeside(menu, anchor);
  menu.querySelector<HTMLElement>('button, input, select')?.focus();
}

const gap = 6;

function placeBeside(menu: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = at.left + width > innerWidth - gap ? at.right - width : at.left;
  const isBelow = at.bottom + gap + height <= innerHeight;
  menu.style.left = `${Math.max(gap, Math.min(left, innerWidth - width - gap))}px`;
  menu.style.top = `${Math.max(gap, isBelow ? at.bottom + gap : at.top - gap - height)}px`;
}
