import { element, setText } from '../shared/dom.js';

const correlationId = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The one request that is followed: clicked in a table, or pasted from somebody's report. It stands in the fragment of the
 * address: the link can be passed on, and Back shows everything again.
 */
export function following(onChange: () => void) {
  const input = element('input', {
    class: 'field-input following-id',
    'aria-label': 'Correlation id to follow',
    placeholder: 'correlation id: paste one, or click one',
    pattern: '[A-Za-z0-9._\\-]{1,64}',
    title: 'Letters, digits, dots, dashes and underscores, 64 at most',
    maxlength: '64',
    required: '',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
  });
  const all = element('button', { type: 'button', class: 'button' }, 'Show all');
  const copied = element('span', { class: 'following-copied', role: 'status' });
  const form = element(
    'form',
    { class: 'following' },
    input,
    element('button', { type: 'submit', class: 'button' }, 'Follow'),
    all,
    copied,
  );

  function current(): string | null {
    // Never decoded: an id has no character that an address would encode.
    const fragment = location.hash.slice(1);
    return correlationId.test(fragment) ? fragment : null;
  }
  function show(): void {
    const followed = current();
    input.value = followed ?? '';
    all.hidden = followed === null;
    form.classList.toggle('is-following', followed !== null);
    setText(copied, '');
  }
  async function copyAndFollow(followed: string): Promise<void> {
    location.hash = followed;
    const isCopied = await copy(followed);
    if (isCopied && current() === followed) setText(copied, 'copied');
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    location.hash = input.value;
  });
  all.addEventListener('click', () => {
    // Not `hash = ''`: that leaves a `#`, and jumps to the top.
    history.pushState(null, '', location.pathname + location.search);
    show();
    onChange();
    input.focus();
  });
  // Fires when the fragment changes, and for Back and Forward.
  window.addEventListener('popstate', () => {
    show();
    onChange();
  });
  document.addEventListener('click', ({ target }) => {
    const followed = target instanceof Element ? target.closest('[data-follow]')?.getAttribute('data-follow') : null;
    if (typeof followed === 'string') void copyAndFollow(followed);
  });
  show();

  return { element: form, current };
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
