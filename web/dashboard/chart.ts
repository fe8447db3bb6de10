import uPlot from 'uplot';

import { element, setAttribute, setText } from '../shared/dom.js';
import { nothing, timeOfDay } from '../shared/format.js';
import type { ChartDefinition } from './chart-definitions.js';
import type { Shown, View } from './view.js';

/** All charts point at the same moment. */
const syncKey = 'dashboard';
const height = 100;

/**
 * Lines over the last hour. The legend shows the values of the moment that is pointed at, else the last ones. With the
 * keyboard it is a slider through time: arrows, Page Up and Down, Home and End.
 */
export function chart(definition: ChartDefinition): View {
  const legend = chartLegend(definition);
  const canvas = element('div', {
    class: 'chart-canvas',
    role: 'slider',
    tabindex: '0',
    'aria-label': `${definition.heading} over the last hour, by time`,
    'aria-valuemin': '0',
  });
  let plot: uPlot | undefined;
  let times: readonly number[] = [];
  let columns: readonly (readonly (number | null)[])[] = [];

  function pointAt(pointed: number | null | undefined): void {
    const index = pointed ?? times.length - 1;
    const time = times[index];
    const values = columns.map((column) => definition.format(column[index] ?? null));
    legend.show(time === undefined || pointed === null || pointed === undefined ? null : time, values);
    const at = time === undefined ? nothing : timeOfDay(new Date(time * 1_000));
    setAttribute(canvas, 'aria-valuemax', String(Math.max(0, times.length - 1)));
    setAttribute(canvas, 'aria-valuenow', String(Math.max(0, index)));
    const spoken = definition.lines.map(({ label }, line) => `${label} ${values[line] ?? nothing}`).join(', ');
    setAttribute(canvas, 'aria-valuetext', `${at}: ${spoken}`);
  }

  canvas.addEventListener('keydown', (event) => {
    if (plot === undefined || times.length === 0) return;
    const last = times.length - 1;
    const from = plot.cursor.idx ?? last;
    const steps: Record<string, number> = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      PageUp: from - 30,
      PageDown: from + 30,
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, to));
    plot.setCursor({ left: plot.valToPos(times[index] ?? 0, 'x'), top: height / 3 });
  });
  canvas.addEventListener('blur', () => plot?.setCursor({ left: -10, top: -10 }));

  new ResizeObserver(() => {
    if (canvas.clientWidth > 0) plot?.setSize({ width: canvas.clientWidth, height });
  }).observe(canvas);

  return {
    element: element('div', { class: 'chart' }, legend.element, canvas),
    show: ({ data: { series } }: Shown) => {
      times = series.times;
      columns = definition.lines.map(({ read }) => read(series));
      const values = [times, ...columns] as uPlot.AlignedData;
      if (plot === undefined) {
        plot = new uPlot(
          plotOptions(definition, canvas.clientWidth, (index) => pointAt(index)),
          values,
          canvas,
        );
      } else {
        plot.setData(values);
      }
      pointAt(plot.cursor.idx);
    },
  };
}

function chartLegend({ lines }: ChartDefinition) {
  const values = lines.map(() => element('b', {}, nothing));
  const time = element('span', { class: 'legend-time' });
  const entries = lines.map(({ label, color }, index) =>
    element('span', { class: `legend-entry legend${color.slice(1)}` }, `${label} `, values[index] ?? ''),
  );
  return {
    element: element('div', { class: 'legend', 'aria-hidden': 'true' }, ...entries, time),
    /** @param at Unix seconds; `null`: now */
    show: (at: number | null, texts: readonly string[]) => {
      setText(time, at === null ? '' : timeOfDay(new Date(at * 1_000)));
      for (const [index, value] of values.entries()) setText(value, texts[index] ?? nothing);
    },
  };
}

function plotOptions(
  { format, leastTop, lines }: ChartDefinition,
  width: number,
  onPoint: (index: number | null | undefined) => void,
): uPlot.Options {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name: string): string => tokens.getPropertyValue(name);
  const axis: uPlot.Axis = {
    stroke: token('--text-dim'),
    font: `10px ${token('--mono')}`,
    grid: { stroke: token('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: syncKey }, drag: { x: false, y: false }, points: { size: 5 } },
    scales: {
      x: { range: (_plot, first, last) => timeRange(first, last) },
      y: { range: (_plot, _low, high) => [0, Math.max(leastTop, high * 1.1)] },
    },
    axes: [
      { ...axis, size: 20, gap: 4, space: 60, incrs: timeSteps, values: (_plot, ticks) => ticks.map(hourAndMinute) },
      { ...axis, size: 52, gap: 4, space: 28, values: (_plot, ticks) => ticks.map((tick) => format(tick)) },
    ],
    series: [
      {},
      ...lines.map(({ color, dashes }, index) => ({
        stroke: token(color),
        width: 1.25,
        ...(dashes !== undefined && { dash: dashes }),
        ...(index === 0 && { fill: `${token(color)}1f` }),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx)] },
  };
}

/** A server that started a moment ago has a short past: a point or two are not spread over the whole width. */
function timeRange(first: number | null, last: number | null): [number, number] {
  const end = last ?? Date.now() / 1_000;
  return [Math.min(first ?? end, end - 300), end];
}

/** In seconds; nothing below a minute, which is what the labels tell apart. */
const timeSteps = [60, 120, 300, 600, 900, 1_800, 3_600];
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const hourAndMinute = (seconds: number): string => clock.format(new Date(seconds * 1_000));
