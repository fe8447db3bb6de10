import { element, setText } from '../shared/dom.js';

const correlationId = /^[A-Za-z0-9._-]{1,64}$/;
const hint = 'Click an id to copy it and to see only what belongs to it.';

/**
 * The one request that is followed. It stands in the fragment of the address: the link can be passed on, and Back shows
 * everything again.
 */
export function following(onChange: () => void) {
  const text = element('span', { class: 'following-text', role: 'status' }, hint);
  const id = element('code', { class: 'following-id' });
  const copied = element('span', { class: 'following-copied', role: 'status' });
  const all = element('button', { type: 'button', class: 'button' }, 'Show all');
  all.addEventListener('click', () => {
    // Not `hash = ''`: that leaves a `#`, and jumps to the top.
    history.pushState(null, '', location.pathname + location.search);
    show();
    onChange();
  });

  function current(): string | null {
    const fragment = decodeURIComponent(location.hash.slice(1));
    return correlationId.test(fragment) ? fragment : null;
  }
  function show(): void {
    const followed = current();
    setText(text, followed === null ? hint : 'Following');
    setText(id, followed ?? '');
    all.hidden = followed === null;
    if (followed === null) setText(copied, '');
  }
  async function follow(followed: string): Promise<void> {
    if (followed !== current()) location.hash = followed;
    setText(copied, (await copy(followed)) ? 'copied' : '');
  }

  window.addEventListener('hashchange', () => {
    show();
    onChange();
  });
  document.addEventListener('click', ({ target }) => {
    const followed = target instanceof Element ? target.closest('[data-follow]')?.getAttribute('data-follow') : null;
    if (typeof followed === 'string') void follow(followed);
  });
  show();

  return { element: element('div', { class: 'following' }, text, id, copied, all), current };
}

/** Browsers have a clipboard for pages over https and of this machine only; elsewhere the id stands there to be selected. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
