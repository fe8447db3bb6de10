import { element } from '../shared/dom.js';
import { icon, type IconName } from './icons.js';

/** A button that shows an icon alone; its name is its tooltip too. */
export function iconButton(name: IconName, label: string, onClick: () => void, className = ''): HTMLButtonElement {
  const button = element(
    'button',
    { type: 'button', class: `icon-button ${className}`.trim(), 'aria-label': label, title: label },
    icon(name),
  );
  button.addEventListener('click', onClick);
  return button;
}

export function textButton(text: string, onClick: () => void, className = 'chat-button'): HTMLButtonElement {
  const button = element('button', { type: 'button', class: className }, text);
  button.addEventListener('click', onClick);
  return button;
}

/** A line of a menu. */
export function menuButton(name: IconName, text: string, onClick: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'menu-item' }, icon(name), text);
  button.addEventListener('click', onClick);
  return button;
}

/** A text field with its name above it. */
export function textField(name: string, title: string, attributes: Readonly<Record<string, string>> = {}) {
  const input = element('input', { class: 'chat-input', name, type: 'text', autocomplete: 'off', ...attributes });
  return { input, label: element('label', { class: 'chat-field' }, title, input) };
}

/** Calls `work` once in the next frame, however often it was asked for until then. */
export function oncePerFrame(work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      work();
    });
  };
}
