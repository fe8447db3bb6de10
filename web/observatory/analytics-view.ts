import type { ConversationAnalyticsView, ToolStatisticsView } from '../../contract/observatory.js';
import { sleep } from '../../client/src/timers.js';
import { element, setText } from '../shared/dom.js';
import { count, duration, nothing, percent, shortCount } from '../shared/format.js';
import { explain } from '../shared/request-json.js';
import { activityChart } from './activity-chart.js';
import type { ObservatoryApi } from './observatory-api.js';
import { table } from './table.js';
import { tiles, type Tile } from './tiles.js';

/** They are made from all lines: where lines come fast, they are not made for each. */
const refreshPauseMs = 1_000;

/** A conversation in numbers. */
export class AnalyticsView {
  readonly element: HTMLElement;
  private readonly numbers = element('div', { class: 'analytics' });
  private readonly note = element('p', { class: 'pane-note', role: 'status' }, 'Loading …');
  private readonly chart = activityChart();
  private isAsking = false;
  private isStale = false;
  private isStopped = false;

  constructor(
    private readonly api: ObservatoryApi,
    private readonly conversationId: string,
  ) {
    this.element = element(
      'div',
      { class: 'reading-scroll', tabindex: '0', role: 'region', 'aria-label': 'Analytics' },
      this.note,
      this.numbers,
    );
    void this.refresh();
  }

  stop(): void {
    this.isStopped = true;
    this.chart.stop();
  }

  /** Asks anew; while an answer is on its way, once more after it. */
  async refresh(): Promise<void> {
    this.isStale = true;
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.isStale && !this.isStopped) {
      this.isStale = false;
      const answer = await this.api.analytics(this.conversationId);
      if (answer.kind === 'ok') this.show(answer.body);
      setText(this.note, answer.kind === 'ok' ? '' : explain(answer));
      await sleep(refreshPauseMs);
    }
    this.isAsking = false;
  }

  /** The chart takes its colours from the theme. */
  redraw(): void {
    this.chart.redraw();
  }

  private show(analytics: ConversationAnalyticsView): void {
    this.numbers.replaceChildren(
      tiles(tilesOf(analytics)),
      section('Activity by the hour', this.chart.element),
      section('Tools', toolsTable(analytics.tools)),
      section('Tokens by model', tokensTable(analytics)),
    );
    this.chart.show(analytics.activity);
  }
}

function section(heading: string, content: HTMLElement): HTMLElement {
  return element('section', { class: 'analytics-section' }, element('h3', {}, heading), content);
}

function tilesOf({ durationMs, activeMs, turns, messages, tools, tokens, errors }: ConversationAnalyticsView): Tile[] {
  const calls = sum(tools, ({ calls: each }) => each);
  const failures = sum(tools, ({ failures: each }) => each);
  return [
    { name: 'Duration', value: duration(durationMs), note: `${duration(activeMs)} without long pauses` },
    {
      name: 'Turns',
      value: count(turns.count),
      note: `${duration(turns.averageMs)} on average, ${duration(turns.longestMs)} the longest`,
    },
    {
      name: 'Messages',
      value: count(messages.user + messages.assistant),
      note: `${count(messages.user)} user, ${count(messages.assistant)} assistant, ${count(messages.sidechain)} of subagents`,
    },
    {
      name: 'Tool calls',
      value: count(calls),
      note: `${count(failures)} failed`,
      level: failures > 0 ? 'orange' : undefined,
    },
    { name: 'Errors', value: count(errors), level: errors > 0 ? 'red' : undefined },
    { name: 'Tokens out', value: shortCount(tokens.outputTokens) },
    {
      name: 'Tokens in',
      value: shortCount(tokens.inputTokens + tokens.cacheCreationInputTokens + tokens.cacheReadInputTokens),
      note: `${shortCount(tokens.inputTokens)} uncached`,
    },
    {
      name: 'From the cache',
      value: tokens.cacheShare === null ? nothing : percent(tokens.cacheShare * 100),
      note: 'of what went in',
    },
  ];
}

function toolsTable(tools: readonly ToolStatisticsView[]): HTMLElement {
  return table({
    name: 'Tools',
    empty: 'No tool was called.',
    rows: tools,
    columns: [
      { heading: 'Tool', read: ({ name }) => name },
      { heading: 'Calls', read: ({ calls }) => count(calls), bar: { read: ({ calls }) => calls, color: 1 } },
      { heading: 'Failed', read: ({ failures }) => count(failures), isBad: ({ failures }) => failures > 0 },
      { heading: 'No result', read: ({ unanswered }) => count(unanswered) },
      { heading: 'Time', read: ({ totalMs }) => duration(totalMs), bar: { read: ({ totalMs }) => totalMs, color: 2 } },
      { heading: 'Average', read: ({ averageMs }) => duration(averageMs) },
      { heading: 'Longest', read: ({ longestMs }) => duration(longestMs) },
    ],
  });
}

function tokensTable({ tokens }: ConversationAnalyticsView): HTMLElement {
  const all = { model: 'All models', messages: sum(tokens.byModel, ({ messages }) => messages), ...tokens };
  return table({
    name: 'Tokens by model',
    empty: 'No tokens were used.',
    rows: tokens.byModel.length > 1 ? [...tokens.byModel, all] : tokens.byModel,
    columns: [
      { heading: 'Model', read: ({ model }) => model },
      { heading: 'Answers', read: ({ messages }) => count(messages) },
      {
        heading: 'Out',
        read: ({ outputTokens }) => count(outputTokens),
        bar: { read: (row) => row.outputTokens, color: 3 },
      },
      { heading: 'In, uncached', read: ({ inputTokens }) => count(inputTokens) },
      { heading: 'In, to cache', read: ({ cacheCreationInputTokens }) => count(cacheCreationInputTokens) },
      {
        heading: 'In, from cache',
        read: ({ cacheReadInputTokens }) => count(cacheReadInputTokens),
        bar: { read: (row) => row.cacheReadInputTokens, color: 4 },
      },
    ],
  });
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
