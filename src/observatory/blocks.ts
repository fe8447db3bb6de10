import { limits } from '../../contract/limits.js';
import type { BlockType } from '../../contract/observatory.js';

/** A part of an entry, as stored. What it has not is left out: there are many of them. */
export interface BlockRecord {
  type: BlockType;
  text: string;
  /** Of the whole text, where `text` was cut. */
  length?: number;
  toolUseId?: string;
  toolName?: string;
  isError?: true;
  mediaType?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const { maxBlockLength, maxEntryLength, maxBlocks } = limits.observatory;

/**
 * What is kept of a message's content: a text, or a list of blocks. Whatever stands in it, the result fits a document of
 * the database; pictures are not kept, only what they are.
 */
export function toBlocks(content: unknown): { blocks: BlockRecord[]; omitted: number } {
  if (typeof content === 'string')
    return { blocks: [cut({ type: 'text', text: content }, maxBlockLength)], omitted: 0 };
  if (!Array.isArray(content)) return { blocks: [], omitted: 0 };
  let left: number = maxEntryLength;
  const blocks: BlockRecord[] = [];
  for (const item of content.slice(0, maxBlocks)) {
    const block = cut(toBlock(item), Math.min(left, maxBlockLength));
    left -= block.text.length;
    blocks.push(block);
  }
  return { blocks, omitted: content.length - blocks.length };
}

/** The beginning of a text; half a character at its end becomes a replacement. */
export function beginningOf(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed();
}

export function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** A text that is an id or a name, cut to what may stand in an index. */
export function asName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? beginningOf(value, maxNameLength) : undefined;
}

const maxNameLength = 128;

function toBlock(item: unknown): BlockRecord {
  if (typeof item === 'string') return { type: 'text', text: item };
  const fields = asFields(item);
  switch (fields?.['type']) {
    case 'text':
      return { type: 'text', text: textOf(fields['text']) };
    case 'thinking':
      return { type: 'thinking', text: textOf(fields['thinking'] ?? fields['text']) };
    case 'tool_use':
      return {
        type: 'tool_use',
        text: fields['input'] === undefined ? '' : JSON.stringify(fields['input']),
        ...named('toolUseId', fields['id']),
        ...named('toolName', fields['name']),
      };
    case 'tool_result':
      return {
        type: 'tool_result',
        text: resultText(fields['content']),
        ...named('toolUseId', fields['tool_use_id']),
        ...(fields['is_error'] === true && { isError: true }),
      };
    case 'image':
      return { type: 'image', text: '', ...named('mediaType', asFields(fields['source'])?.['media_type']) };
    default:
      return { type: 'other', text: JSON.stringify(item ?? null) };
  }
}

function named<Key extends 'toolUseId' | 'toolName' | 'mediaType'>(
  key: Key,
  value: unknown,
): Partial<Record<Key, string>> {
  const name = asName(value);
  return (name === undefined ? {} : { [key]: name }) as Partial<Record<Key, string>>;
}

/** A result is a text, or blocks of which the texts count. */
function resultText(content: unknown): string {
  if (!Array.isArray(content)) return textOf(content);
  return content
    .map((part: unknown) => {
      const fields = asFields(part);
      return fields?.['type'] === 'image' ? '[image]' : textOf(fields?.['text'] ?? part);
    })
    .join('\n');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function cut(block: BlockRecord, maxLength: number): BlockRecord {
  if (block.text.length <= maxLength) return block;
  return { ...block, text: beginningOf(block.text, maxLength), length: block.text.length };
}
