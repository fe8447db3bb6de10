import { styleText } from 'node:util';

import { numberRow } from '../support/number-row.js';
import type { Arguments } from './arguments.js';
import type { ImportedFiles } from './files.js';
import type { ImportSource } from './import-source.js';
import type { Imported } from './log-import.js';
import type { Cast } from './people.js';
import type { Target } from './target.js';

/** What an import has done. */
export interface Summary {
  format: 'irc' | 'jsonl';
  file: string;
  group: { id: string; name: string; isNew: boolean };
  lines: number;
  messages: Imported;
  people: { made: number; found: number; mapped: number };
  files: { imported: number; bytes: number };
  /** Lines that are nobody's message: who joined, left, or changed the name. */
  events: number;
  /** What was not taken; `named` has the first thousand, by their lines, counted from 1. */
  skipped: { count: number; named: readonly { line: number; reason: string }[] };
  notes: readonly string[];
}

const shownLines = 20;

export function summaryOf(about: {
  args: Arguments;
  source: ImportSource;
  target: Target;
  cast: Cast;
  counts: Imported;
  files: ImportedFiles;
}): Summary {
  const { args, source, target, cast, counts, files } = about;
  return {
    format: args.format,
    file: args.file,
    group: { id: target.id, name: target.name, isNew: target.isNew },
    lines: source.lines,
    messages: counts,
    people: { made: cast.made, found: cast.found, mapped: cast.mapped },
    files: { imported: files.imported, bytes: files.bytes },
    events: source.events,
    skipped: {
      count: source.skipped.count,
      named: source.skipped.named.toSorted((one, other) => one.line - other.line),
    },
    notes: source.notes,
  };
}

export function printedSummary(summary: Summary): string {
  const { messages, people, files, skipped, group } = summary;
  const moved = messages.laterTimes === 0 ? '' : `, ${messages.laterTimes} with a later time than in the file`;
  const { made, found, mapped } = people;
  const told = skipped.named.slice(0, shownLines);
  return `${[
    numberRow('messages', messages.imported, `${messages.alreadyThere} more were there already${moved}`),
    numberRow(
      'people',
      made + found + mapped,
      `${made} new accounts, ${found} of an earlier import, ${mapped} existing`,
    ),
    numberRow('files', files.imported, `${files.bytes.toLocaleString('en-US')} bytes`),
    ...(summary.events === 0 ? [] : [numberRow('events', summary.events, 'joined, left, renamed: no messages')]),
    numberRow('skipped', skipped.count),
    ...told.map(({ line, reason }) => `  line ${line}: ${reason}`),
    ...(skipped.count > told.length ? [`  and ${skipped.count - told.length} more (--json names them)`] : []),
    ...summary.notes.map((note) => styleText('yellow', note, { stream: process.stdout })),
    styleText('green', `They are in ${group.isNew ? 'the new group' : 'the group'} ${group.name} (${group.id}).`, {
      stream: process.stdout,
    }),
  ].join('\n')}\n`;
}
