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
type Written = Omit<LineRow, 'parent'> & { parent?: string | 1 };

/** As text: a tenth of what it costs the database, and us, as a list of documents. Nobody asks for a part of it. */
export function encodeRows(rows: readonly LineRow[]): string {
  return JSON.stringify(
    rows.map((row, index): Written => {
      const before = rows[index - 1];
      if (before === undefined) return row;
      const written: Written = { ...row };
      if (row.parent === before.id) written.parent = 1;
      if (row.branch !== undefined && row.branch === before.branch) delete written.branch;
      if (row.version !== undefined && row.version === before.version) delete written.version;
      return written;
    }),
  );
}

/** Reads back what {@link encodeRows} wrote. A row without a branch has that of the row before it, as has its line. */
export function decodeRows(text: string): LineRow[] {
  const rows = JSON.parse(text) as Written[];
  let before: LineRow | undefined;
  for (const row of rows) {
    if (before !== undefined) {
      if (row.parent === 1) row.parent = before.id;
      if (row.branch === undefined && before.branch !== undefined) row.branch = before.branch;
      if (row.version === undefined && before.version !== undefined) row.version = before.version;
    }
    before = row as LineRow;
  }
  return rows as LineRow[];
}
