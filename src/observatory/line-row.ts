import { promisify } from 'node:util';
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib';

const decompress = promisify(zstdDecompress);

/** What one answer of the model used. */
export type Usage = readonly [
  messageId: string,
  model: string,
  input: number,
  output: number,
  written: number,
  read: number,
];

/**
 * What of one line counts: the numbers of a conversation are made from these, never from one another. A line that stands in
 * two files has two equal rows, of which one counts; so nothing depends on which file was read first, or how often.
 */
export interface LineRow {
  /** The entry's id within its conversation. */
  id: string;
  /** The number of the line in its file, from 1. */
  line: number;
  /** Where it stands among others: its time in ms, or that of the line before it when that is later. */
  order: number;
  /** Where its entry is: the first line of the pack. */
  pack: number;
  /** Its own time in ms; absent when it has none. */
  at?: number;
  parent?: string;
  /** User, assistant, system, other. */
  type: 'u' | 'a' | 's' | 'o';
  isSidechain?: 1;
  isError?: 1;
  /** The beginning of what a person asked. */
  question?: string;
  usage?: Usage;
  /** Uses of tools: id and name. */
  calls?: (readonly [string, string])[];
  /** Results: id, and whether it failed. */
  results?: (readonly [string, 0 | 1])[];
  branch?: string;
  version?: string;
}

/** A row as it is written: without what the row before it says too. */
type Written = Omit<LineRow, 'parent' | 'pack'> & { parent?: string | 1; pack?: number };

const options = { chunkSize: 32_768, params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** One of several rows, as text. */
export function encodeRow(row: LineRow, before: LineRow | undefined): string {
  if (before === undefined) return JSON.stringify(row);
  const { pack, parent, branch, version, ...rest } = row;
  const written: Written = rest;
  if (pack !== before.pack) written.pack = pack;
  if (parent !== undefined) written.parent = parent === before.id ? 1 : parent;
  if (branch !== undefined && branch !== before.branch) written.branch = branch;
  if (version !== undefined && version !== before.version) written.version = version;
  return `,${JSON.stringify(written)}`;
}

/**
 * What is stored of rows: as one compressed text a tenth of what it costs the database, and us, as a list of documents.
 * Nobody asks for a part of it.
 *
 * @param encoded what {@link encodeRow} gave of each of them, in their order
 */
export function packRows(encoded: Uint8Array): Uint8Array {
  return zstdCompressSync(encoded, options);
}

/** Reads back what was stored. A row without a branch has that of the row before it, as has its line. */
export async function unpackRows(stored: Uint8Array): Promise<LineRow[]> {
  const text = (await decompress(stored)).toString('utf8');
  const rows = JSON.parse(`[${text}]`) as Written[];
  let before: LineRow | undefined;
  for (const row of rows) {
    if (before !== undefined) {
      row.pack ??= before.pack;
      if (row.parent === 1) row.parent = before.id;
      if (row.branch === undefined && before.branch !== undefined) row.branch = before.branch;
      if (row.version === undefined && before.version !== undefined) row.version = before.version;
    }
    before = row as LineRow;
  }
  return rows as LineRow[];
}
