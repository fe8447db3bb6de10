import type { DashboardAccessView } from '../../contract/dashboard.js';
import { element } from '../shared/dom.js';
import { loginForm } from '../shared/login-form.js';
import { openSession } from './dashboard-api.js';

/** What stands in place of the dashboard for whoever is not let in: how to get in. */
export function gate(onPassed: () => void) {
  const place = element('main', { class: 'gate', hidden: '' });

  return {
    element: place,
    show: ({ access, loginPath }: DashboardAccessView) => {
      place.replaceChildren(access === 'admin' ? adminLogin(loginPath, onPassed) : linkWanted());
      place.hidden = false;
      place.querySelector('input')?.focus();
    },
    hide: () => {
      place.hidden = true;
      place.replaceChildren();
    },
  };
}

function adminLogin(loginPath: string, onPassed: () => void): HTMLElement {
  return loginForm({
    heading: 'Log in as an admin of this server',
    submit: async (login, password) => {
      const failure = await openSession(loginPath, login, password);
      if (failure === null) onPassed();
      return failure;
    },
  });
}

function linkWanted(): HTMLElement {
  return element(
    'div',
    { class: 'gate-text' },
    element('h2', {}, 'This dashboard opens with a link'),
    element(
      'p',
      {},
      'Open it once by the link that carries its secret (the setting DASHBOARD_TOKEN); this browser is let in from then on. ',
      'Whoever runs the server has the link. If you came by it just now, its secret is not the right one any more.',
    ),
  );
}
