import { parseArgs, type ParseArgsConfig } from 'node:util';

import { UsageError } from './usage-error.js';

export const flag = { type: 'boolean', default: false } as const;
export const text = { type: 'string' } as const;

/**
 * Reads a command line.
 *
 * @param args as they were given
 * @param config of `parseArgs` of Node
 * @throws UsageError that says which option is wrong
 */
export function readOptions<const Config extends ParseArgsConfig>(args: readonly string[], config: Config) {
  try {
    return parseArgs<Config & { args: string[] }>({ ...config, args: [...args] });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
