import { limits } from '../../contract/limits.js';
import type { ActivityView, ConversationAnalyticsView, ToolStatisticsView } from '../../contract/observatory.js';
import { answersIn, usageByModel } from './conversation-numbers.js';
import type { LineRow } from './line-row.js';

const hourMs = 3_600_000;
const longestPauseMs = limits.observatory.activeWithinMs;

/** @param rows of `unionOf` */
export function analyticsOf(rows: readonly LineRow[]): Omit<ConversationAnalyticsView, 'conversationId'> {
  const times = rows.flatMap(({ at }) => (at === undefined ? [] : [at])).sort((one, other) => one - other);
  const [first = 0] = times;
  const byModel = usageByModel(rows);
  const sum = (key: 'inputTokens' | 'outputTokens' | 'cacheCreationInputTokens' | 'cacheReadInputTokens') =>
    byModel.reduce((total, usage) => total + usage[key], 0);
  const tokens = {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheCreationInputTokens: sum('cacheCreationInputTokens'),
    cacheReadInputTokens: sum('cacheReadInputTokens'),
  };
  const wentIn = tokens.inputTokens + tokens.cacheCreationInputTokens + tokens.cacheReadInputTokens;
  const ofType = (type: LineRow['type']) => rows.filter((row) => row.type === type).length;
  return {
    durationMs: (times.at(-1) ?? first) - first,
    activeMs: times.reduce((total, time, index) => {
      const pause = time - (times[index - 1] ?? time);
      return pause <= longestPauseMs ? total + pause : total;
    }, 0),
    turns: turnsIn(rows),
    messages: {
      user: ofType('u'),
      assistant: ofType('a'),
      system: ofType('s'),
      other: ofType('o'),
      sidechain: rows.filter(({ isSidechain }) => isSidechain === 1).length,
    },
    tools: toolsIn(rows),
    tokens: { ...tokens, byModel, cacheShare: wentIn === 0 ? null : tokens.cacheReadInputTokens / wentIn },
    errors: rows.filter(({ isError }) => isError === 1).length,
    activity: activityIn(rows),
  };
}

/** A turn lasts from a question to the last line before the next. */
function turnsIn(rows: readonly LineRow[]): ConversationAnalyticsView['turns'] {
  const durations: number[] = [];
  let startedAt: number | undefined;
  let count = 0;
  let lastAt = 0;
  const end = () => {
    if (startedAt !== undefined) durations.push(Math.max(0, lastAt - startedAt));
  };
  for (const { question, at } of rows) {
    if (question !== undefined) {
      end();
      count += 1;
      startedAt = at;
    }
    lastAt = at ?? lastAt;
  }
  end();
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    count,
    averageMs: durations.length === 0 ? null : Math.round(total / durations.length),
    longestMs: durations.reduce<number | null>((longest, duration) => Math.max(longest ?? 0, duration), null),
  };
}

/** The lines of a call and of its result share an id, and their times are around it. */
function toolsIn(rows: readonly LineRow[]): ToolStatisticsView[] {
  const results = new Map<string, { at: number | undefined; isError: boolean }>();
  for (const { results: found = [], at } of rows) {
    for (const [id, isError] of found) if (!results.has(id)) results.set(id, { at, isError: isError === 1 });
  }
  const counted = new Set<string>();
  const tools = new Map<string, ToolStatisticsView & { timed: number }>();
  for (const { calls = [], at } of rows) {
    for (const [id, name] of calls) {
      if (counted.has(id)) continue;
      counted.add(id);
      const tool = tools.get(name) ?? {
        name,
        calls: 0,
        failures: 0,
        unanswered: 0,
        totalMs: 0,
        averageMs: null,
        longestMs: null,
        timed: 0,
      };
      tools.set(name, tool);
      tool.calls += 1;
      const result = results.get(id);
      if (result === undefined) tool.unanswered += 1;
      if (result?.isError === true) tool.failures += 1;
      if (result?.at === undefined || at === undefined) continue;
      const tookMs = Math.max(0, result.at - at);
      tool.timed += 1;
      tool.totalMs += tookMs;
      tool.longestMs = Math.max(tool.longestMs ?? 0, tookMs);
    }
  }
  return Array.from(tools.values(), ({ timed, ...tool }) => ({
    ...tool,
    averageMs: timed === 0 ? null : Math.round(tool.totalMs / timed),
  })).sort((one, other) => other.calls - one.calls || (one.name < other.name ? -1 : 1));
}

function activityIn(rows: readonly LineRow[]): ActivityView[] {
  const answers = answersIn(rows);
  const hours = new Map<number, ActivityView>();
  for (const { at, type, calls = [], usage } of rows) {
    if (at === undefined) continue;
    const hour = Math.floor(at / hourMs) * hourMs;
    const activity = hours.get(hour) ?? {
      at: new Date(hour).toISOString(),
      messages: 0,
      toolCalls: 0,
      outputTokens: 0,
    };
    hours.set(hour, activity);
    if (type === 'u' || type === 'a') activity.messages += 1;
    activity.toolCalls += calls.length;
    const answer = usage === undefined ? undefined : answers.get(usage[0]);
    if (answer === undefined) continue;
    // In the hour of its first line, once.
    activity.outputTokens += answer[3];
    answers.delete(answer[0]);
  }
  return Array.from(hours.values());
}
