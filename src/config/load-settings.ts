import { resolve } from 'node:path';

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
  return Object.freeze({ ...settings, DATA_DIR, JWT_SECRET: settings.JWT_SECRET ?? developmentSecret(DATA_DIR) });
}
