import type { DashboardData, DashboardLevel, GradedValue } from '../../contract/dashboard.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { shareBar, sparkline } from './graphics.js';
import { levelSigns } from './level.js';
import type { View } from './view.js';

/** One value with what helps to judge it. */
export interface Fact {
  text: string;
  level?: DashboardLevel;
  /** Drawn as a bar: 0 to 100. */
  share?: number | null;
  /** Drawn as a line: the last hour. */
  trend?: readonly (number | null)[];
}

export interface FactRow {
  label: string;
  /** What the label leaves out, shown to whoever points at it. */
  hint?: string;
  read: (data: DashboardData) => Fact;
}

/** A value that the server has graded. */
export function graded({ value, level }: GradedValue, format: (value: number | null) => string): Fact {
  return { text: format(value), level };
}

/** @param className `facts` for a list of lines, `tiles` for a row of boxes */
export function factList(className: 'facts' | 'tiles', rows: readonly FactRow[]): View {
  const lines = rows.map((row) => factLine(row));
  return {
    element: element('dl', { class: className }, ...lines.map((line) => line.element)),
    show: ({ data }) => {
      for (const line of lines) line.show(data);
    },
  };
}

function factLine({ label, hint, read }: FactRow): { element: HTMLElement; show(data: DashboardData): void } {
  const graphicPlace = element('span', { class: 'graphic-place' });
  const glyph = element('span', { class: 'glyph', 'aria-hidden': 'true' });
  const text = element('span', { class: 'value' });
  const word = element('span', { class: 'sr-only' });
  const line = element(
    'div',
    { class: 'fact', ...(hint !== undefined && { title: hint }) },
    element('dt', {}, label),
    element('dd', {}, graphicPlace, glyph, text, word),
  );
  let bar: ReturnType<typeof shareBar> | undefined;
  let trend: ReturnType<typeof sparkline> | undefined;

  return {
    element: line,
    show: (data) => {
      const fact = read(data);
      setText(text, fact.text);
      setAttribute(line, 'data-level', fact.level ?? null);
      setText(glyph, fact.level === undefined ? '' : levelSigns[fact.level].glyph);
      setText(word, fact.level === undefined ? '' : ` (${levelSigns[fact.level].word})`);
      if (fact.share !== undefined) {
        if (bar === undefined) graphicPlace.append((bar = shareBar()).element);
        bar.show(fact.share);
      }
      if (fact.trend !== undefined) {
        if (trend === undefined) graphicPlace.append((trend = sparkline()).element);
        trend.show(fact.trend);
      }
    },
  };
}
