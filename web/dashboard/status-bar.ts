import { element, setAttribute, setText } from '../shared/dom.js';
import { factList } from './facts.js';
import { levelSigns } from './level.js';
import { statusFacts } from './status-facts.js';
import type { View } from './view.js';

const pageTitle = 'Confab dashboard';

/** Is anything wrong? The values that say so, and below them what is wrong in words. */
export function statusBar(): View {
  const tiles = factList('tiles', statusFacts);
  const reasons = element('ul', { class: 'reasons', 'aria-live': 'polite', 'aria-label': 'What is wrong' });
  const bar = element(
    'section',
    { class: 'status', 'aria-labelledby': 'status-heading' },
    element('h2', { id: 'status-heading', class: 'sr-only' }, 'Status'),
    tiles.element,
    reasons,
  );
  return {
    element: bar,
    show: (shown) => {
      tiles.show(shown);
      const { level, reasons: wrong } = shown.data.status;
      setAttribute(bar, 'data-level', level);
      const lines = wrong.length === 0 ? [{ level, text: 'All is well' }] : wrong;
      while (reasons.children.length > lines.length) reasons.lastElementChild?.remove();
      for (const [index, { level: severity, text }] of lines.entries()) {
        let line = reasons.children[index];
        if (line === undefined) reasons.append((line = element('li')));
        setAttribute(line, 'data-level', severity);
        setText(line, `${levelSigns[severity].glyph} ${text}`);
      }
      document.title = level === 'green' ? pageTitle : `${levelSigns[level].glyph} ${pageTitle}`;
    },
  };
}
