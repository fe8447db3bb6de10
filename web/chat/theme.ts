const storageKey = 'confab.theme';

export type Theme = 'dark' | 'light';

/** What the reader chose here, else what the system prefers. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = currentTheme();
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  applyTheme();
}
