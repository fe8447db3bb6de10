import { themeSwitch } from '../shared/theme.js';
import { icon } from './icons.js';

/** Gives the page its theme from the first moment on; stands beside who is signed in. */
export const themeButton = themeSwitch({
  className: 'icon-button',
  signOf: (theme) => icon(theme === 'dark' ? 'sun' : 'moon'),
});
