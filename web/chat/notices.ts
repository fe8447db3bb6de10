import { ProblemError } from '../../client/src/index.js';
import { element, setText } from '../shared/dom.js';

const shownMs = 6_000;

const toasts = element('div', { class: 'toasts', role: 'status' });
const announcer = element('p', { class: 'sr-only', role: 'log', 'aria-live': 'polite' });
/** Where both stand: outside of what the page replaces. */
export const notices = element('div', { role: 'region', 'aria-label': 'Notices' }, toasts, announcer);

/** Says something in passing. @param undo offers to take it back */
export function toast(text: string, undo?: { label: string; act: () => void }): void {
  const box = element('p', { class: 'toast' }, text);
  if (undo !== undefined) {
    const button = element('button', { type: 'button', class: 'toast-action' }, undo.label);
    button.addEventListener('click', () => {
      box.remove();
      undo.act();
    });
    box.append(button);
  }
  toasts.append(box);
  setTimeout(() => {
    box.remove();
  }, shownMs);
}

/** Tells a screen reader alone. */
export function announce(text: string): void {
  setText(announcer, text);
}

/** A problem in one plain sentence. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ProblemError)) throw error;
  if (error.code === 'rate_limited' && error.retryAfter !== null) {
    return `That was a little fast: try again in ${error.retryAfter} s.`;
  }
  const [fault] = error.errors;
  const text = fault === undefined ? error.message : `${error.message} ${fault.field}: ${fault.message}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Does something that the server may refuse, and says so if it does. @returns whether it was done */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(sentenceOf(error));
    return false;
  }
}
