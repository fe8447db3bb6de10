import { existsSync } from 'node:fs';

import { InvalidSettings } from '../../src/config/settings.js';
import { causeInWords } from '../../src/start-failure.js';
import { CannotDoError, UsageError } from './usage-error.js';

/**
 * Runs a tool to its end, with the settings of a `.env` file outside of production, as the server does. What goes wrong
 * is told in a line that says what to do, without a stack: the tool ends with 2 for a command line that is wrong, and
 * with 1 for anything else.
 *
 * @param command as it is called, `npm run …`
 * @param explain the line for what only this tool knows of
 */
export function runTool(
  command: string,
  main: (args: readonly string[]) => Promise<void>,
  explain: (error: unknown) => string | null = () => null,
): void {
  const run = async () => {
    if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
    await main(process.argv.slice(2));
  };
  run().catch((error: unknown) => {
    const lines = linesOf(error, command, explain);
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  });
}

function linesOf(error: unknown, command: string, explain: (error: unknown) => string | null): readonly string[] {
  if (error instanceof UsageError) return [error.message, `Try: ${command} -- --help`];
  if (error instanceof InvalidSettings) return error.faults;
  if (error instanceof CannotDoError) return [error.message];
  return [explain(error) ?? causeInWords(error) ?? unexpected(error)];
}

/** A fault of the tool: here, and only here, the stack helps. */
function unexpected(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
