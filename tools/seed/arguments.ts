import { flag, readOptions, text } from '../support/read-options.js';
import { UsageError } from '../support/usage-error.js';

export const usage = `Fills a database for trying things at size: people, groups, conversations.

  npm run seed -- [options]

Works on the MongoDB of MONGODB_URI, or on the embedded database of DATA_DIR while no server runs. Everybody can log in
with the same password. The same options make the same people and messages.

  --users <n>        how many people (default 1000)
  --groups <n>       how many groups: a few large channels, many small groups, direct conversations (default 50)
  --messages <n>     how many messages, in all (default 20000)
  --seed <number>    other people and other conversations (default 1)
  --password <text>  of everybody (default "seeded-1")
  --into-existing    also where there are users already
  --json             prints the result as JSON
  --help             prints this
`;

export interface Arguments {
  users: number;
  groups: number;
  messages: number;
  seed: number;
  password: string;
  isIntoExisting: boolean;
  isJson: boolean;
}

const options = {
  users: { ...text, default: '1000' },
  groups: { ...text, default: '50' },
  messages: { ...text, default: '20000' },
  seed: { ...text, default: '1' },
  password: { ...text, default: 'seeded-1' },
  'into-existing': flag,
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
  const { values } = readOptions(args, { options });
  if (values.help) return null;
  const { password } = values;
  if (password.length < 8) throw new UsageError('--password must have 8 characters at least');
  return {
    users: wholeNumber('--users', values.users, 2, 1_000_000),
    groups: wholeNumber('--groups', values.groups, 1, 100_000),
    messages: wholeNumber('--messages', values.messages, 0, 100_000_000),
    seed: wholeNumber('--seed', values.seed, 0, 999_999),
    password,
    isIntoExisting: values['into-existing'],
    isJson: values.json,
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not ${text}`);
  }
  return value;
}
