import { limits } from '../../contract/limits.js';
import type { EntryType, LineProblem } from '../../contract/observatory.js';
import { asFields, asName, beginningOf, toBlocks, type BlockRecord } from './blocks.js';
import type { LineRow, Usage } from './line-row.js';
import { digest } from './observatory-ids.js';

/** A line of a conversation. */
export interface EntryLine {
  kind: 'entry';
  /** The line's own `uuid`, or a hash of the line. */
  id: string;
  uuid: string | null;
  parentUuid: string | null;
  /** `undefined`: that of its file. */
  sessionId: string | undefined;
  type: EntryType;
  lineType: string;
  role: string | null;
  model: string | null;
  messageId: string | null;
  blocks: BlockRecord[];
  omittedBlocks: number;
  at: Date | null;
  isSidechain: boolean;
  isMeta: boolean;
  isError: boolean;
  workingDirectory: string | undefined;
  /** What counts of it; its place is for the reader of the file to say. */
  row: Omit<LineRow, 'id' | 'line' | 'order' | 'pack'>;
}

export type TranscriptLine =
  | EntryLine
  /** The title of the conversation in which a line stands. */
  | { kind: 'summary'; title: string; leafUuid: string }
  /** Understood, and no part of a conversation. */
  | { kind: 'skipped' }
  | { kind: 'problem'; problem: LineProblem };

type Fields = Readonly<Record<string, unknown>>;

const synthetic = '<synthetic>';

/** Understands one line. Whatever stands in it, nothing is thrown. */
export function readLine(text: string): TranscriptLine {
  const value = parse(text);
  if (value === undefined) return { kind: 'problem', problem: 'not_json' };
  const fields = asFields(value);
  if (fields === null) return { kind: 'problem', problem: 'not_an_object' };
  const lineType = asName(fields['type']);
  if (lineType === undefined) return { kind: 'problem', problem: 'not_understood' };
  if (lineType === 'summary') return readSummary(fields);
  const type = entryTypeOf(lineType);
  const message = asFields(fields['message']);
  if (type === 'user' || type === 'assistant') {
    const content = message?.['content'];
    if (typeof content !== 'string' && !Array.isArray(content)) return { kind: 'problem', problem: 'not_understood' };
  } else if (type === 'other' && typeof fields['uuid'] !== 'string') {
    // Snapshots of files, operations of a queue and the like: not in the tree.
    return { kind: 'skipped' };
  }
  return readEntry(text, fields, message, type, lineType);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What is wrong with it is the result: the caller counts it.
    return undefined;
  }
}

function entryTypeOf(lineType: string): EntryType {
  return lineType === 'user' || lineType === 'assistant' || lineType === 'system' ? lineType : 'other';
}

function readSummary(fields: Fields): TranscriptLine {
  const leafUuid = asName(fields['leafUuid']);
  const { summary } = fields;
  if (leafUuid === undefined || typeof summary !== 'string') return { kind: 'problem', problem: 'not_understood' };
  return { kind: 'summary', leafUuid, title: beginningOf(summary, limits.observatory.titleMaxLength) };
}

function readEntry(text: string, fields: Fields, message: Fields | null, type: EntryType, lineType: string): EntryLine {
  const uuid = asName(fields['uuid']) ?? null;
  const { blocks, omitted } = toBlocks(message?.['content'] ?? fields['content'] ?? fields['attachment']);
  const at = timeOf(fields['timestamp']);
  const messageId = asName(message?.['id']) ?? null;
  const model = asName(message?.['model']) ?? null;
  const isError = fields['isApiErrorMessage'] === true || model === synthetic;
  const isSidechain = fields['isSidechain'] === true;
  const isMeta = fields['isMeta'] === true;
  const parentUuid = asName(fields['parentUuid']) ?? null;
  const entry: Omit<EntryLine, 'row'> = {
    kind: 'entry',
    id: uuid ?? `#${digest(text, 32)}`,
    uuid,
    parentUuid,
    sessionId: asName(fields['sessionId']),
    type,
    lineType,
    role: asName(message?.['role']) ?? null,
    model: isError ? null : model,
    messageId,
    blocks,
    omittedBlocks: omitted,
    at,
    isSidechain,
    isMeta,
    isError,
    workingDirectory: asName(fields['cwd']),
  };
  const usage = isError || type !== 'assistant' ? undefined : usageOf(entry, message);
  const question = type === 'user' && !isMeta && !isSidechain ? questionIn(blocks) : undefined;
  const branch = asName(fields['gitBranch']);
  const version = asName(fields['version']);
  const calls = callsIn(blocks);
  const results = resultsIn(blocks);
  const row: EntryLine['row'] = { type: letterOf[type] };
  if (at !== null) row.at = at.getTime();
  if (parentUuid !== null) row.parent = parentUuid;
  if (isSidechain) row.isSidechain = 1;
  if (isError) row.isError = 1;
  if (question !== undefined) row.question = question;
  if (usage !== undefined) row.usage = usage;
  if (calls.length > 0) row.calls = calls;
  if (results.length > 0) row.results = results;
  if (branch !== undefined) row.branch = branch;
  if (version !== undefined) row.version = version;
  return { ...entry, row };
}

const letterOf = { user: 'u', assistant: 'a', system: 's', other: 'o' } as const;

function timeOf(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** An answer without an id counts by its line. */
function usageOf({ id, messageId, model }: Omit<EntryLine, 'row'>, message: Fields | null): Usage | undefined {
  const usage = asFields(message?.['usage']);
  if (usage === null) return undefined;
  return [
    messageId ?? id,
    model ?? 'unknown',
    countIn(usage['input_tokens']),
    countIn(usage['output_tokens']),
    countIn(usage['cache_creation_input_tokens']),
    countIn(usage['cache_read_input_tokens']),
  ];
}

function countIn(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}

/** What a person wrote himself: neither a tool's result nor what a command of the program has left. */
function questionIn(blocks: readonly BlockRecord[]): string | undefined {
  if (blocks.some(({ type }) => type === 'tool_result')) return undefined;
  const text = blocks.find(({ type }) => type === 'text')?.text.trim();
  if (text === undefined || text === '' || /^<[a-z]+(-[a-z]+)+>/.test(text)) return undefined;
  return beginningOf(text, limits.observatory.titleMaxLength);
}

function callsIn(blocks: readonly BlockRecord[]): [string, string][] {
  return blocks.flatMap(({ type, toolUseId, toolName }): [string, string][] =>
    type === 'tool_use' && toolUseId !== undefined ? [[toolUseId, toolName ?? 'unknown']] : [],
  );
}

function resultsIn(blocks: readonly BlockRecord[]): [string, 0 | 1][] {
  return blocks.flatMap(({ type, toolUseId, isError }): [string, 0 | 1][] =>
    type === 'tool_result' && toolUseId !== undefined ? [[toolUseId, isError === true ? 1 : 0]] : [],
  );
}
