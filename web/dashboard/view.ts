import type { DashboardData } from '../../contract/dashboard.js';
import { element } from '../shared/dom.js';

/** What the page shows at a time. */
export interface Shown {
  data: DashboardData;
  /** The one request that is followed, or `null`. */
  following: string | null;
}

/** A part of the page: made once, then shown new values again and again. */
export interface View {
  element: HTMLElement;
  show(shown: Shown): void;
}

/** A framed part of the page with its heading in the frame. */
export function panel(id: string, heading: string, ...views: View[]): View {
  return {
    element: element(
      'section',
      { class: `panel panel-${id}`, 'aria-labelledby': `${id}-heading` },
      element('h2', { id: `${id}-heading` }, heading),
      ...views.map((view) => view.element),
    ),
    show: (shown) => {
      for (const view of views) view.show(shown);
    },
  };
}
