import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { developmentSecret } from './development-secret.js';
import { readSettings, type Settings } from './settings.js';

/**
 * The settings of a server: the environment, checked, with the development secret where none was given.
 *
 * @throws InvalidSettings
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = readSettings(environment);
  const DATA_DIR = resolve(settings.DATA_DIR);
  return Object.freeze({
    ...settings,
    DATA_DIR,
    JWT_SECRET: settings.JWT_SECRET ?? developmentSecret(DATA_DIR),
    TRANSCRIPTS_PATH: transcriptsPath(settings.TRANSCRIPTS_PATH, environment['CLAUDE_CONFIG_DIR']),
  });
}

/** A folder that is named is waited for; the usual one counts only when it is there. */
function transcriptsPath(given: string | undefined, configDir: string | undefined): string | undefined {
  if (given === 'off') return undefined;
  if (given !== undefined) return resolve(given.replace(/^~(?=$|[/\\])/, homedir()));
  const usual = join(configDir === undefined || configDir === '' ? join(homedir(), '.claude') : configDir, 'projects');
  return existsSync(usual) ? usual : undefined;
}
