import { element } from '../shared/dom.js';
import { loginForm } from '../shared/login-form.js';
import { apiPrefixOfPage } from '../shared/api-prefix.js';
import { PageSession } from '../shared/page-session.js';
import { themeSwitch } from '../shared/theme.js';
import { Observatory } from './observatory.js';

/** Puts the page together: whoever is logged in sees the observatory, everyone else how to log in. */
export function startPage(root: HTMLElement): void {
  const session = new PageSession(apiPrefixOfPage());
  let observatory: Observatory | null = null;
  const place = element('div', { class: 'place' });
  const theme = themeSwitch({ onChange: () => observatory?.redraw() });

  function show(): void {
    observatory?.stop();
    observatory = null;
    if (session.isOpen) {
      observatory = new Observatory(session, theme);
      place.replaceChildren(observatory.element);
      observatory.start();
      return;
    }
    const form = loginForm({
      heading: 'Log in to read the transcripts',
      submit: async (login, password) => {
        const failure = await session.open(login, password);
        if (failure === null) show();
        return failure;
      },
    });
    place.replaceChildren(element('main', { class: 'gate' }, element('h1', {}, 'Confab observatory'), form, theme));
    form.querySelector('input')?.focus();
  }
  session.onEnded = show;
  root.append(place);
  show();
}
