import { element, setAttribute, setText } from '../shared/dom.js';
import { span, timeOfDay } from '../shared/format.js';
import type { Freshness } from './refresh-loop.js';

export interface ControlsOptions {
  onPause: () => void;
  onResume: () => void;
  onRefresh: () => void;
  onInterval: (intervalMs: number) => void;
  onLogout: () => void;
}

export const defaultIntervalMs = 10_000;
const intervalsMs = [2_000, 5_000, defaultIntervalMs, 30_000, 60_000];

const freshnessWords: Record<Freshness['state'], string> = {
  loading: 'loading',
  live: 'live',
  paused: 'paused',
  stale: 'stale',
  refused: 'not allowed',
};

/** How fresh the page is, and what to do about it. */
export function controls(options: ControlsOptions) {
  let lastUpdate: Date | null = null;
  let freshness: Freshness = { state: 'loading' };
  const state = element('span', { class: 'freshness', role: 'status' }, freshnessWords.loading);
  const age = element('span', { class: 'age' });
  const pause = button('Pause', () => (freshness.state === 'paused' ? options.onResume() : options.onPause()));
  const logout = button('Log out', options.onLogout);
  logout.hidden = true;
  const interval = element(
    'select',
    { class: 'field-input', id: 'interval', 'aria-label': 'Refresh every' },
    ...intervalsMs.map((ms) => element('option', { value: String(ms) }, span(ms / 1_000))),
  );
  interval.value = String(defaultIntervalMs);
  interval.addEventListener('change', () => options.onInterval(Number(interval.value)));
  // Outside the bar: it stands over the whole page while what is shown is old.
  const notice = element('p', { class: 'notice', role: 'alert', hidden: '' });

  function showAge(): void {
    setText(age, lastUpdate === null ? '' : `${span((Date.now() - lastUpdate.getTime()) / 1_000)} old`);
  }
  setInterval(showAge, 1_000);

  return {
    element: element(
      'div',
      { class: 'controls' },
      state,
      age,
      element('label', { for: 'interval' }, 'every'),
      interval,
      pause,
      button('Refresh', options.onRefresh),
      logout,
    ),
    notice,
    showFreshness: (next: Freshness) => {
      freshness = next;
      setText(state, freshnessWords[next.state]);
      setAttribute(state, 'data-state', next.state);
      setText(pause, next.state === 'paused' ? 'Resume' : 'Pause');
      notice.hidden = next.state !== 'stale';
      if (next.state === 'stale') {
        const since = lastUpdate === null ? '' : ` What you see is from ${timeOfDay(lastUpdate)}.`;
        setText(notice, `✖ ${next.reason}.${since} Next try at ${timeOfDay(next.retryAt)}.`);
      }
    },
    showUpdated: (at: Date) => {
      lastUpdate = at;
      showAge();
    },
    showLogout: (isShown: boolean) => {
      logout.hidden = !isShown;
    },
  };
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const created = element('button', { type: 'button', class: 'button' }, text);
  created.addEventListener('click', onClick);
  return created;
}
