import { isUuid, type GroupId } from '../../src/common/ids.js';
import { flag, readOptions, text } from '../support/read-options.js';
import { UsageError } from '../support/usage-error.js';

export const usage = `Writes the history of a group to a file: JSON Lines, with its attachments in a folder beside it.

  npm run export -- --group <id or channel> [options]

The first line says what it is of, then come the members, everyone else who is named, each message in the order of the
log (reactions, mentions, replies, former texts; deleted ones without their text), and a last line with counts and the
SHA-256 of all before it. No e-mail address and no secret is in it. The file appears when it is whole.

It is read from the database, whether a server runs or not: as an operator's copy it has everything, also what nobody
who could log in is a member of. What is written meanwhile is left out, or is in it with all that came before: the file
is as of one change of the log (\`rev\`).

  --group <id|name>  a group by its id, or a channel by its name
  --out <file>       where to (default: <name>-<date>.jsonl here); its attachments go to <file>.files/
  --no-files         without the attachments
  --json             prints the result as JSON
  --help             prints this
`;

export interface Arguments {
  group: { id: GroupId } | { name: string };
  out: string | undefined;
  hasFiles: boolean;
  isJson: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const options = { group: text, out: text, 'no-files': flag, json: flag, help: flag };
  const { values } = readOptions(args, { options });
  if (values.help) return null;
  const { group, out } = values;
  if (group === undefined || group === '') throw new UsageError('Name a group: npm run export -- --group <id>');
  if (out === '') throw new UsageError('--out must name a file');
  return {
    group: isUuid(group) ? { id: group.toLowerCase() as GroupId } : { name: group },
    out,
    hasFiles: !values['no-files'],
    isJson: values.json,
  };
}
