import { setAttribute, svgElement } from '../shared/dom.js';

const [width, height] = [60, 12];
const box = { viewBox: `0 0 ${width} ${height}`, width: `${width}`, height: `${height}`, 'aria-hidden': 'true' };

/** A bar that is full at 100. */
export function shareBar(): { element: SVGSVGElement; show(percent: number | null): void } {
  const fill = svgElement('rect', { class: 'bar-fill', y: '3', height: '6', width: '0' });
  const ground = svgElement('rect', { class: 'bar-ground', y: '3', height: '6', width: `${width}` });
  return {
    element: svgElement('svg', { ...box, class: 'graphic' }, ground, fill),
    show: (percent) => {
      const share = Math.min(100, Math.max(0, percent ?? 0)) / 100;
      // Something is not nothing.
      setAttribute(fill, 'width', (share === 0 ? 0 : Math.max(1, share * width)).toFixed(1));
    },
  };
}

/** The last hour in the width of a word; gaps where nothing was measured. */
export function sparkline(): { element: SVGSVGElement; show(values: readonly (number | null)[]): void } {
  const line = svgElement('path', { class: 'trend', d: '' });
  return {
    element: svgElement('svg', { ...box, class: 'graphic', preserveAspectRatio: 'none' }, line),
    show: (values) => setAttribute(line, 'd', sparklinePath(thinned(values), width, height)),
  };
}

/** As many points as can be told apart; each the highest of its stretch, so that no peak is lost. */
export function thinned(values: readonly (number | null)[], most = width): (number | null)[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, index) => {
    const stretch = values
      .slice(Math.floor((index * values.length) / most), Math.floor(((index + 1) * values.length) / most))
      .filter((value) => value !== null);
    return stretch.length === 0 ? null : Math.max(...stretch);
  });
}

/** Zero lies at the bottom, the highest value at the top, the newest at the right. */
export function sparklinePath(values: readonly (number | null)[], width: number, height: number): string {
  const highest = Math.max(0, ...values.filter((value) => value !== null));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let isDrawing = false;
  const parts: string[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const y = height - 1 - (highest === 0 ? 0 : (value / highest) * (height - 2));
    parts.push(`${isDrawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`);
    // A lone value between gaps is a dot.
    const next = values[index + 1];
    if (!isDrawing && (next === null || next === undefined)) parts.push('h0.5');
    isDrawing = true;
  }
  return parts.join('');
}
