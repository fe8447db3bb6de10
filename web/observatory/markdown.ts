/** The little of Markdown that makes an answer readable. Everything else stays the text that it is. */
export type TextBlock =
  | { kind: 'paragraph' | 'quote'; text: string }
  | { kind: 'heading'; text: string; level: number }
  /** Fenced, or a table, which wants its columns kept. */
  | { kind: 'code'; text: string; language: string }
  | { kind: 'list'; isOrdered: boolean; first: number; items: ListItem[] };

export interface ListItem {
  text: string;
  /** How deep it is indented, from 0. */
  depth: number;
}

export interface InlinePart {
  kind: 'text' | 'code' | 'strong' | 'emphasis';
  text: string;
}

const fence = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)/;
const heading = /^(#{1,6})\s+(.+)$/;
const listItem = /^(\s*)(?:[-*+]|(\d{1,6})[.)])\s+(.*)$/;
const quote = /^\s*>\s?/;
const tableRow = /^\s*\|.*\|\s*$/;

/** Reads line by line; nothing is looked at twice, so no text takes long. */
export function parseText(source: string): TextBlock[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const blocks: TextBlock[] = [];
  let index = 0;
  const takeWhile = (fits: (line: string) => boolean): string[] => {
    const from = index;
    while (index < lines.length && fits(lines[index] ?? '')) index += 1;
    return lines.slice(from, index);
  };
  while (index < lines.length) {
    const line = lines[index] ?? '';
    const opened = fence.exec(line);
    const title = heading.exec(line);
    const item = listItem.exec(line);
    if (line.trim() === '') {
      index += 1;
    } else if (opened?.[1] !== undefined) {
      const end = opened[1];
      index += 1;
      const text = takeWhile((each) => !isClosing(each, end)).join('\n');
      index += 1;
      blocks.push({ kind: 'code', text, language: opened[2] ?? '' });
    } else if (title?.[1] !== undefined) {
      index += 1;
      blocks.push({ kind: 'heading', text: title[2] ?? '', level: title[1].length });
    } else if (item !== null) {
      const items = takeWhile((each) => listItem.test(each) || isContinued(each));
      blocks.push(toList(items, item[2]));
    } else if (quote.test(line)) {
      const quoted = takeWhile((each) => quote.test(each));
      blocks.push({ kind: 'quote', text: quoted.map((each) => each.replace(quote, '')).join('\n') });
    } else if (tableRow.test(line)) {
      blocks.push({ kind: 'code', text: takeWhile((each) => tableRow.test(each)).join('\n'), language: '' });
    } else {
      const text = takeWhile((each) => each.trim() !== '' && !startsAnother(each));
      blocks.push({ kind: 'paragraph', text: text.join('\n') });
    }
  }
  return blocks;
}

function isClosing(line: string, opened: string): boolean {
  const text = line.trim();
  return text.startsWith(opened) && text.replaceAll(opened[0] ?? '', '') === '';
}

/** A further line of the item before. */
function isContinued(line: string): boolean {
  return /^\s{2,}\S/.test(line) && !fence.test(line);
}

function startsAnother(line: string): boolean {
  return [fence, heading, listItem, quote, tableRow].some((pattern) => pattern.test(line));
}

function toList(lines: readonly string[], firstNumber: string | undefined): TextBlock {
  const items: ListItem[] = [];
  for (const line of lines) {
    const [, indent = '', , text] = listItem.exec(line) ?? [];
    const last = items.at(-1);
    if (text !== undefined) items.push({ text, depth: Math.min(4, Math.floor(indent.length / 2)) });
    else if (last !== undefined) last.text += `\n${line.trim()}`;
  }
  return { kind: 'list', isOrdered: firstNumber !== undefined, first: Number(firstNumber ?? 1), items };
}

// No mark spans lines, and what is inside has no mark of its own: each pattern is bounded by its end.
const inline = /(`{1,3})([^`\n]+)\1|\*\*([^*\n]+)\*\*|(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])/g;

/** Code, bold and slanted within a line. */
export function parseInline(text: string): InlinePart[] {
  const parts: InlinePart[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    const [whole, , code, strong, emphasis] = match;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else parts.push({ kind: 'emphasis', text: emphasis ?? '' });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}
