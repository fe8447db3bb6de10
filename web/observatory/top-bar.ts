import type { WatcherState } from '../../contract/observatory.js';
import type { LinkState } from '../../client/src/link.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { addressOf, type Route } from './route.js';
import { watcherWords } from './status-view.js';

interface TopBarOptions {
  theme: HTMLElement;
  onLogout: () => void;
}

const linkWords: Record<LinkState, string> = {
  idle: 'connecting',
  connecting: 'connecting',
  online: 'live',
  waiting: 'reconnecting',
  closed: 'disconnected',
};

/** Where one is, whether what one sees is what is, and who one is. */
export function topBar({ theme, onLogout }: TopBarOptions) {
  const places = [
    { name: 'Projects', view: 'projects', address: '#/projects' },
    { name: 'Conversations', view: 'overview', address: addressOf({ view: 'overview' }) },
    { name: 'Live', view: 'live', address: '#/live' },
    { name: 'Status', view: 'status', address: '#/status' },
  ].map(({ name, view, address }) => ({
    view,
    link: element('a', { class: 'place-link', href: address, 'data-view': view }, name),
  }));
  const link = element('span', { class: 'live-state', role: 'status' }, linkWords.idle);
  const watcher = element('a', { class: 'watcher-state', href: '#/status' });
  const user = element('span', { class: 'user-name' });
  const logout = element('button', { type: 'button', class: 'button' }, 'Log out');
  logout.addEventListener('click', onLogout);

  return {
    element: element(
      'header',
      { class: 'top-bar' },
      element('h1', {}, element('a', { href: '#/' }, 'Confab ', element('span', {}, 'observatory'))),
      element('nav', { class: 'places', 'aria-label': 'Parts of the page' }, ...places.map((place) => place.link)),
      element('div', { class: 'states' }, link, watcher),
      element('div', { class: 'who' }, user, theme, logout),
    ),
    showLink: (state: LinkState) => {
      setText(link, linkWords[state]);
      setAttribute(link, 'data-state', state);
    },
    showWatcher: (state: WatcherState) => {
      setText(watcher, watcherWords[state]);
      setAttribute(watcher, 'data-state', state);
    },
    showFailure: (reason: string) => {
      setText(watcher, reason);
      setAttribute(watcher, 'data-state', 'failed');
    },
    showUser: (name: string) => setText(user, name),
    showRoute: ({ view }: Route) => {
      for (const place of places) setAttribute(place.link, 'aria-current', place.view === view ? 'page' : null);
    },
  };
}
