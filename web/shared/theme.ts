import { element, setAttribute } from './dom.js';

export type Theme = 'dark' | 'light';

const storageKey = 'confab.theme';
const prefersLight = matchMedia('(prefers-color-scheme: light)');

/** The theme that was chosen here, else the system's. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return prefersLight.matches ? 'light' : 'dark';
}

/**
 * Gives the page its theme, and follows the system while nobody has chosen another one.
 *
 * @param onChange what draws colours itself has to draw again
 * @returns the switch
 */
export function themeSwitch(onChange: () => void = () => undefined): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'button theme-switch' });
  const show = (): void => {
    const theme = currentTheme();
    const other = theme === 'dark' ? 'light' : 'dark';
    setAttribute(document.documentElement, 'data-theme', theme);
    button.replaceChildren(theme === 'dark' ? '☀' : '☾');
    setAttribute(button, 'aria-label', `Switch to the ${other} theme`);
    setAttribute(button, 'title', `Switch to the ${other} theme`);
    onChange();
  };
  button.addEventListener('click', () => {
    localStorage.setItem(storageKey, currentTheme() === 'dark' ? 'light' : 'dark');
    show();
  });
  prefersLight.addEventListener('change', show);
  addEventListener('storage', ({ key }) => {
    if (key === storageKey) show();
  });
  show();
  return button;
}
