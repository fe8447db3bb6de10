import { flag, readOptions, text } from '../support/read-options.js';
import { UsageError } from '../support/usage-error.js';

export const usage = `Plays a chat log through a server and compares what was sent with what was stored and received.

  npm run demo -- --log <file> [options]

Every nick of the log gets an account and a connection of its own; each line is sent by its author, in the order
of the log, and read back over REST and by a listening member. At last a picture is sent, fetched by another member,
and refused to an outsider. Exit code 1 when anything differs.

  --log <file>      the log: [HH:MM] <nick> text, [HH:MM]  * nick action, === event
  --replies <file>  which line answers which, "A B -": line B answers line A, counted from 0
                    (default: the .replies.txt beside a .raw.txt, when there is one)
  --url <address>   a server that is running; without it one is started, with an empty database, and removed
  --speed <times>   so many times as fast as it was said; without it as fast as lines are acknowledged
  --limit <lines>   only the first lines of the file
  --chaos <times>   kills the database of the started server so many times in the middle (Linux)
  --json            prints the result as JSON
  --help            prints this
`;

export interface Arguments {
  log: string;
  replies: string | undefined;
  url: string | undefined;
  speed: number | undefined;
  limit: number | undefined;
  chaos: number;
  isJson: boolean;
}

const options = { log: text, replies: text, url: text, speed: text, limit: text, chaos: text, json: flag, help: flag };

/**
 * Reads the command line.
 *
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values } = readOptions(args, { options });
  if (values.help) return null;
  if (values.log === undefined) throw new UsageError('--log <file> is missing');
  const chaos = values.chaos === undefined ? 0 : wholeNumber('--chaos', values.chaos);
  if (chaos > 0 && values.url !== undefined) {
    throw new UsageError('--chaos kills processes, so it is only for a server that is started here, without --url');
  }
  return {
    log: values.log,
    replies: values.replies,
    url: values.url === undefined ? undefined : address(values.url),
    speed: values.speed === undefined ? undefined : positive('--speed', values.speed),
    limit: values.limit === undefined ? undefined : wholeNumber('--limit', values.limit),
    chaos,
    isJson: values.json,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new UsageError(`${name} must be a number above 0, not ${text}`);
  return value;
}

function wholeNumber(name: string, text: string): number {
  const value = positive(name, text);
  if (!Number.isSafeInteger(value)) throw new UsageError(`${name} must be a whole number, not ${text}`);
  return value;
}

function address(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) {
    throw new UsageError(`--url must be an address such as http://127.0.0.1:3000, not ${text}`);
  }
  return text.replace(/\/+$/, '');
}
