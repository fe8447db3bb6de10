import ms from 'ms';

import { settingDefinitions } from './setting-definitions.js';

type Value = string | number | boolean | readonly string[];

interface Definition {
  desc?: string;
  example?: string;
  default?: Value | undefined;
  devDefault?: Value | undefined;
}

/** A setting as people read of it: its values written as they are in the environment, empty when there is none. */
export interface SettingDescription {
  name: string;
  meaning: string;
  example: string;
  inProduction: string;
  elsewhere: string;
}

/** Every setting in the order of its definition. */
export function describeSettings(): SettingDescription[] {
  return Object.entries<Definition>(settingDefinitions).map(([name, setting]) => {
    const { desc = '', example = '', default: inProduction, devDefault = inProduction } = setting;
    return {
      name,
      meaning: desc,
      example,
      inProduction: shown(name, inProduction),
      elsewhere: shown(name, devDefault),
    };
  });
}

/** What `npm start -- --help` prints: each environment variable with its default and meaning. */
export function settingsHelp(): string {
  const rows = describeSettings().map(({ name, meaning, example, inProduction, elsewhere }) => {
    const production = inProduction === elsewhere ? '' : `  [production: ${inProduction}]`;
    const suchAs = example === '' ? '' : ` (such as ${example})`;
    return `  ${name}=${elsewhere}${production}\n      ${meaning}${suchAs}`;
  });
  return [
    'Usage: npm start            serve Confab',
    '       npm start -- --help  this text',
    '',
    'Settings are environment variables; a .env file in the working folder is read in development.',
    '',
    ...rows,
    '',
  ].join('\n');
}

function shown(name: string, value: Value | undefined): string {
  if (value === undefined) return '';
  // The only settings that are durations and not plain numbers of milliseconds.
  if (typeof value === 'number' && name.endsWith('_TTL')) return ms(value);
  return typeof value === 'object' ? value.join(',') : String(value);
}
