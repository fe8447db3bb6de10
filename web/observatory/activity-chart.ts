import uPlot from 'uplot';

import type { ActivityView } from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { count, shortCount } from '../shared/format.js';
import { exactly } from './when.js';

const hourSeconds = 3_600;
const height = 180;
/** A pause of weeks is not drawn hour by hour. */
const mostHours = 24 * 60;

const lines = [
  { label: 'messages', color: '--series-1', read: ({ messages }: ActivityView) => messages },
  { label: 'tool calls', color: '--series-2', read: ({ toolCalls }: ActivityView) => toolCalls },
] as const;

/** Bars by the hour: messages, and beside them the calls of tools. The numbers of the hour that is pointed at stand above. */
export function activityChart() {
  const legend = element('p', { class: 'chart-legend' });
  const canvas = element('div', {
    class: 'chart-canvas',
    role: 'img',
    'aria-label': 'Messages and tool calls by the hour',
  });
  let hours: ActivityView[] = [];
  let plot: uPlot | undefined;

  function point(index: number | null | undefined): void {
    const hour = index === null || index === undefined ? undefined : hours[index];
    setText(legend, hour === undefined ? summaryOf(hours) : `${exactly(hour.at)}: ${textOf(hour)}`);
  }
  function draw(): void {
    plot?.destroy();
    plot = undefined;
    if (hours.length === 0 || canvas.clientWidth === 0) return;
    const times = hours.map(({ at }) => new Date(at).getTime() / 1_000);
    const columns = lines.map(({ read }) => hours.map(read));
    plot = new uPlot(optionsFor(canvas.clientWidth, times, point), [times, ...columns], canvas);
  }
  const observer = new ResizeObserver(() => {
    if (plot === undefined) draw();
    else if (canvas.clientWidth > 0) plot.setSize({ width: canvas.clientWidth, height });
  });
  observer.observe(canvas);

  return {
    element: element('div', { class: 'chart' }, legend, canvas),
    show: (activity: readonly ActivityView[]) => {
      hours = withPauses(activity);
      point(null);
      draw();
    },
    redraw: draw,
    stop: () => {
      observer.disconnect();
      plot?.destroy();
    },
  };
}

/** Hours in which nothing happened are not told of, and are to be seen. */
function withPauses(activity: readonly ActivityView[]): ActivityView[] {
  const sorted = activity.toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = new Date(first.at).getTime();
  const span = (new Date(last.at).getTime() - start) / 1_000 / hourSeconds + 1;
  if (span > mostHours) return sorted;
  const known = new Map(sorted.map((hour) => [hour.at, hour]));
  return Array.from({ length: span }, (_, index) => {
    const at = new Date(start + index * hourSeconds * 1_000).toISOString();
    return known.get(at) ?? { at, messages: 0, toolCalls: 0, outputTokens: 0 };
  });
}

function textOf({ messages, toolCalls, outputTokens }: Omit<ActivityView, 'at'>): string {
  return `${count(messages)} messages, ${count(toolCalls)} tool calls, ${shortCount(outputTokens)} tokens out`;
}

function summaryOf(hours: readonly ActivityView[]): string {
  const busy = hours.filter(({ messages, toolCalls }) => messages + toolCalls > 0).length;
  return `${count(busy)} ${busy === 1 ? 'hour' : 'hours'} with activity`;
}

function optionsFor(
  width: number,
  times: readonly number[],
  onPoint: (index: number | null | undefined) => void,
): uPlot.Options {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name: string): string => tokens.getPropertyValue(name);
  const axis: uPlot.Axis = {
    stroke: token('--text-dim'),
    font: `11px ${token('--sans')}`,
    grid: { stroke: token('--line'), width: 1 },
    ticks: { show: false },
  };
  const bars = uPlot.paths.bars;
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { range: () => [(times[0] ?? 0) - hourSeconds / 2, (times.at(-1) ?? 0) + hourSeconds / 2] },
      y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.1)] },
    },
    axes: [
      { ...axis, size: 24, gap: 6, space: 70, incrs: timeSteps, values: (_plot, ticks) => ticks.map(hourLabel) },
      {
        ...axis,
        size: 44,
        gap: 6,
        space: 36,
        values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : '')),
      },
    ],
    series: [
      {},
      ...lines.map(({ color }, index) => ({
        stroke: token(color),
        fill: `${token(color)}${index === 0 ? '66' : 'cc'}`,
        width: 1,
        points: { show: false },
        // The calls stand before the messages, and narrower.
        ...(bars !== undefined && { paths: bars({ size: index === 0 ? [0.7, 40] : [0.35, 20] }) }),
      })),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx)] },
  };
}

/** In seconds; nothing below an hour, which is what the bars are of. */
const timeSteps = [1, 2, 3, 6, 12, 24, 48, 168, 336].map((hours) => hours * hourSeconds);
const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

function hourLabel(seconds: number): string {
  const time = new Date(seconds * 1_000);
  return time.getHours() === 0 && time.getMinutes() === 0 ? day.format(time) : hour.format(time);
}
