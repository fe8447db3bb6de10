import { flag, readOptions, text } from '../support/read-options.js';
import { UsageError } from '../support/usage-error.js';

export const usage = `Imports messages from a file: a day of an IRC log, or what npm run export has written.

  npm run import -- --format irc 2008-04-27.raw.txt --owner ada [options]
  npm run import -- --format jsonl team.jsonl [options]

The same file once more adds nothing, and one that was broken off goes on where it was: a message is known by what it is
in its file. A new group appears when all is in it. Messages keep their times. Lines that are no message are counted and
named by number.

The people of the file get accounts of their own, without password and address, that are not active: nobody can log in to
them. They become members of a new group when the file says that they were (an export does).

  --format irc|jsonl  what it is
  --group <id|name>   into the group with this id, or the channel of this name; else the name of the new group. Without
                      it: the group's name in the export, or the file's name
  --owner <name|id>   a user, who owns the new group. An IRC log needs one; else it is the owner in the export
  --map-existing      whoever has an active account of the same username here is that person: his messages are shown as
                      sent by it, and he becomes a member. Only for files that you trust
  --kind group|channel   of a new group for an IRC log: private, or open to all (default group)
  --date <day>        of an IRC log, such as 2008-04-27 (UTC; default: the day in the file's name)
  --replies <file>    which line answers which (default: <name>.replies.txt beside <name>.raw.txt)
  --later-times       into a group with newer messages: those of the file get times behind them
  --json              prints the result as JSON
  --help              prints this
`;

export interface Arguments {
  file: string;
  format: 'irc' | 'jsonl';
  group: string | undefined;
  owner: string | undefined;
  isMapping: boolean;
  kind: 'group' | 'channel';
  date: string | undefined;
  replies: string | undefined;
  mayMoveTimes: boolean;
  isJson: boolean;
}

const options = {
  format: text,
  group: text,
  owner: text,
  'map-existing': flag,
  kind: { ...text, default: 'group' },
  date: text,
  replies: text,
  'later-times': flag,
  json: flag,
  help: flag,
} as const;

/**
 * Reads the command line.
 *
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values, positionals } = readOptions(args, { options, allowPositionals: true });
  if (values.help) return null;
  const { format, kind, group, date, replies, owner } = values;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    throw new UsageError('Name one file: npm run import -- --format jsonl team.jsonl');
  }
  if (format !== 'irc' && format !== 'jsonl') throw new UsageError('--format must be irc or jsonl');
  if (kind !== 'group' && kind !== 'channel') throw new UsageError(`--kind must be group or channel, not ${kind}`);
  if (group === '') throw new UsageError('--group must be an id or a name');
  if (format === 'jsonl' && (date !== undefined || replies !== undefined)) {
    throw new UsageError('--date and --replies are for IRC logs');
  }
  return {
    file,
    format,
    group,
    owner,
    isMapping: values['map-existing'],
    kind,
    date,
    replies,
    mayMoveTimes: values['later-times'],
    isJson: values.json,
  };
}
