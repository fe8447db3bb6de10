import { currentTheme, themeSwitch } from '../shared/theme.js';
import { icon } from './icons.js';

/** Gives the page its theme from the first moment on; stands beside who is signed in. */
export const themeButton = themeSwitch(() => {
  queueMicrotask(draw);
});
themeButton.className = 'icon-button';

function draw(): void {
  themeButton.replaceChildren(icon(currentTheme() === 'dark' ? 'sun' : 'moon'));
}
