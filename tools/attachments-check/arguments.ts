import { flag, readOptions } from '../support/read-options.js';

export const usage = `Compares what is recorded of uploaded files with what the storage has, and reads every file to its end.

  npm run attachments:check -- [options]

Works on the database and the storage that the settings name: on the MongoDB of MONGODB_URI, whether a server runs or
not, and on the embedded database of DATA_DIR while no server runs. Ends with 1 when something is wrong and stays so.

  --fix        removes bytes that belong to no file, and files whose bytes are lost; has lost thumbnails made again.
               Damaged files are only named
  --no-content does not read the files: nothing is said about damaged ones
  --json       prints the result as JSON
  --help       prints this
`;

export interface Arguments {
  isFixing: boolean;
  isReading: boolean;
  isJson: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const options = { fix: flag, 'no-content': flag, json: flag, help: flag };
  const { values } = readOptions(args, { options });
  if (values.help) return null;
  return {
    isFixing: values.fix,
    isReading: !values['no-content'],
    isJson: values.json,
  };
}
