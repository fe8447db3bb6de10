import type { DashboardData } from '../../contract/dashboard.js';
import { element } from '../shared/dom.js';
import { explain, type JsonAnswer } from '../shared/request-json.js';
import { controls, defaultIntervalMs } from './controls.js';
import { closeSession, fetchAccess, fetchDashboard } from './dashboard-api.js';
import { following } from './following.js';
import { gate } from './gate.js';
import { panels } from './panels.js';
import { RefreshLoop, type Freshness, type Outcome } from './refresh-loop.js';
import { statusBar } from './status-bar.js';

/** Puts the dashboard together and keeps it fresh. */
export function startPage(root: HTMLElement): void {
  const status = statusBar();
  const views = [status, ...panels()];
  const entrance = gate(() => loop.start());
  const followed = following(() => loop.refreshNow());
  const bar = controls({
    onPause: () => loop.pause(),
    onResume: () => loop.resume(),
    onRefresh: () => loop.refreshNow(),
    onInterval: (intervalMs) => loop.setInterval(intervalMs),
    onLogout: () => void leave(),
  });
  const main = element('main', { class: 'grid', 'data-state': 'loading' }, ...views.map((view) => view.element));
  let isKnownToBeAllowed = false;

  async function leave(): Promise<void> {
    await closeSession();
    isKnownToBeAllowed = false;
    loop.start();
  }

  /** Asks whether the page is let in before it asks for anything else: a refusal is no error then. */
  async function refresh(): Promise<Outcome<DashboardData>> {
    if (!isKnownToBeAllowed) {
      const answer = await fetchAccess();
      if (answer.kind !== 'ok') return failure(answer);
      bar.showLogout(answer.body.isAllowed && answer.body.access === 'admin');
      if (!answer.body.isAllowed) {
        entrance.show(answer.body);
        return { kind: 'refused' };
      }
      isKnownToBeAllowed = true;
    }
    const answer = await fetchDashboard(followed.current());
    if (answer.kind === 'ok') return { kind: 'done', value: answer.body };
    if (answer.kind === 'refused' && [401, 403].includes(answer.status)) isKnownToBeAllowed = false;
    return failure(answer);
  }

  function show(data: DashboardData): void {
    bar.showUpdated(new Date());
    for (const view of views) view.show({ data, following: data.logs.correlationId });
  }

  function showFreshness(freshness: Freshness): void {
    bar.showFreshness(freshness);
    const isRefused = freshness.state === 'refused';
    if (!isRefused) entrance.hide();
    for (const part of [main, followed.element, bar.element]) part.hidden = isRefused;
    main.dataset['state'] = freshness.state;
  }

  const loop = new RefreshLoop<DashboardData>({
    refresh,
    onValue: show,
    onChange: showFreshness,
    intervalMs: defaultIntervalMs,
  });
  // Browsers let the timers of a page that nobody sees go slowly.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) loop.wake();
  });
  root.append(
    element(
      'header',
      { class: 'bar' },
      element('h1', {}, 'Confab'),
      element('span', { class: 'host' }, location.host),
      followed.element,
      bar.element,
    ),
    bar.notice,
    entrance.element,
    main,
  );
  loop.start();
}

function failure(answer: Exclude<JsonAnswer<unknown>, { kind: 'ok' }>): Outcome<never> {
  const retryAfterSeconds = answer.kind === 'refused' ? answer.problem?.retryAfter : undefined;
  return {
    kind: 'failed',
    reason: explain(answer),
    ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1_000 }),
  };
}
