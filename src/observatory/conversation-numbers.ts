import type { ModelUsageView } from '../../contract/observatory.js';
import type { LineRow, Usage } from './line-row.js';
import type { FileId } from './observatory-ids.js';

/** What a conversation shows in lists, made from its rows. */
export interface ConversationNumbers {
  firstQuestion: string | null;
  startedAt: Date | null;
  lastActivityAt: Date | null;
  gitBranch: string | null;
  version: string | null;
  endsInError: boolean;
  messageCount: number;
  entryCount: number;
  toolCallCount: number;
  errorCount: number;
  usage: ModelUsageView[];
}

/** Some rows of a conversation, and whence they are. */
export interface NotedRows {
  fileId: FileId;
  generation: number;
  rows: readonly LineRow[];
}

/** A row that counts, and whence it is. */
export interface PlacedRow {
  row: LineRow;
  fileId: FileId;
  generation: number;
}

/**
 * The rows of all files of a conversation, each entry once, in their order. Of a line that stands more than once the row
 * counts that is of the newest content of its file, then the one that stands first: the same one, whichever was read first.
 */
export function unionOf(parts: Iterable<NotedRows>): PlacedRow[] {
  const byFile = new Map<FileId, Map<string, PlacedRow>>();
  for (const { fileId, generation, rows } of parts) {
    const ofFile = byFile.get(fileId) ?? new Map<string, PlacedRow>();
    byFile.set(fileId, ofFile);
    for (const row of rows) {
      const known = ofFile.get(row.id);
      if (known === undefined || generation > known.generation || isFirst(row, generation, known)) {
        ofFile.set(row.id, { row, fileId, generation });
      }
    }
  }
  const [first = new Map<string, PlacedRow>(), ...others] = byFile.values();
  for (const placed of others.flatMap((ofFile) => [...ofFile.values()])) {
    const known = first.get(placed.row.id);
    if (known === undefined || inOrder(placed, known) < 0) first.set(placed.row.id, placed);
  }
  return Array.from(first.values()).sort(inOrder);
}

function isFirst({ line }: LineRow, generation: number, known: PlacedRow): boolean {
  return generation === known.generation && line < known.row.line;
}

/** Lines of several files are mixed by their times; of the same time, those of one file stay together. */
function inOrder(one: PlacedRow, other: PlacedRow): number {
  if (one.row.order !== other.row.order) return one.row.order - other.row.order;
  if (one.fileId !== other.fileId) return one.fileId < other.fileId ? -1 : 1;
  return one.row.line - other.row.line || one.generation - other.generation;
}

/** @param rows of {@link unionOf} */
export function numbersOf(rows: readonly LineRow[]): ConversationNumbers {
  const ofMessages = rows.filter(({ type }) => type === 'u' || type === 'a');
  const times = rows.flatMap(({ at }) => (at === undefined ? [] : [at]));
  const ofMainChain = rows.filter(({ isSidechain }) => isSidechain !== 1);
  const last = ofMessages.findLast(({ isSidechain }) => isSidechain !== 1);
  const callIds = new Set(rows.flatMap(({ calls }) => calls?.map(([id]) => id) ?? []));
  return {
    firstQuestion: rows.find(({ question }) => question !== undefined)?.question ?? null,
    startedAt: times.length === 0 ? null : new Date(least(times)),
    lastActivityAt: times.length === 0 ? null : new Date(greatest(times)),
    gitBranch: ofMainChain.findLast(({ branch }) => branch !== undefined)?.branch ?? null,
    version: ofMainChain.findLast(({ version }) => version !== undefined)?.version ?? null,
    endsInError: last?.isError === 1,
    messageCount: ofMessages.length,
    entryCount: rows.length,
    toolCallCount: callIds.size,
    errorCount: rows.filter(({ isError }) => isError === 1).length,
    usage: usageByModel(rows),
  };
}

/** What was used, by model: each answer once, whichever of its lines is looked at. */
export function usageByModel(rows: readonly LineRow[]): ModelUsageView[] {
  const byModel = new Map<string, ModelUsageView>();
  for (const [, model, input, output, written, read] of answersIn(rows).values()) {
    const sum = byModel.get(model) ?? {
      model,
      messages: 0,
      inputTokens: 0,
      outputTokens: 0,
      cacheCreationInputTokens: 0,
      cacheReadInputTokens: 0,
    };
    sum.messages += 1;
    sum.inputTokens += input;
    sum.outputTokens += output;
    sum.cacheCreationInputTokens += written;
    sum.cacheReadInputTokens += read;
    byModel.set(model, sum);
  }
  return Array.from(byModel.values()).sort((one, other) => (one.model < other.model ? -1 : 1));
}

/** By message id. Lines that were written while the answer was under way may say less than the last: the most counts. */
export function answersIn(rows: readonly LineRow[]): Map<string, Usage> {
  const answers = new Map<string, Usage>();
  for (const { usage } of rows) {
    if (usage === undefined) continue;
    const [id, model, ...counts] = usage;
    const known = answers.get(id);
    if (known === undefined) answers.set(id, usage);
    else {
      const [input, output, written, read] = counts.map((count, index) => Math.max(count, Number(known[index + 2])));
      answers.set(id, [id, model < known[1] ? model : known[1], input ?? 0, output ?? 0, written ?? 0, read ?? 0]);
    }
  }
  return answers;
}

// `Math.min(...times)` has as many arguments as there are lines, which is too many for some.
function least(times: readonly number[]): number {
  return times.reduce((one, other) => Math.min(one, other), Infinity);
}

function greatest(times: readonly number[]): number {
  return times.reduce((one, other) => Math.max(one, other), -Infinity);
}
