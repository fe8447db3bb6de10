import { element, setAttribute } from './dom.js';

type Theme = 'dark' | 'light';

const storageKey = 'confab.theme';
const prefersLight = matchMedia('(prefers-color-scheme: light)');

/** The theme that was chosen here, else the system's. */
function currentTheme(): Theme {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return prefersLight.matches ? 'light' : 'dark';
}

interface ThemeSwitchOptions {
  /** What draws colours itself has to draw again. */
  onChange?: () => void;
  className?: string;
  /** What stands on the switch while the page has a theme. */
  signOf?: (theme: Theme) => Node | string;
}

/**
 * Gives the page its theme, and follows the system while nobody has chosen another one.
 *
 * @returns the switch
 */
export function themeSwitch({
  onChange = () => undefined,
  className = 'button theme-switch',
  signOf = (theme) => (theme === 'dark' ? '☀' : '☾'),
}: ThemeSwitchOptions = {}): HTMLButtonElement {
  const button = element('button', { type: 'button', class: className });
  const show = (): void => {
    const theme = currentTheme();
    const other = theme === 'dark' ? 'light' : 'dark';
    setAttribute(document.documentElement, 'data-theme', theme);
    button.replaceChildren(signOf(theme));
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
