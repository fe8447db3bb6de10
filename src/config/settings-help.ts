import { settingDefinitions } from './setting-definitions.js';

type Value = string | number | boolean | readonly string[];

interface Described {
  desc?: string;
  example?: string;
  default?: Value | undefined;
  devDefault?: Value | undefined;
}

/** What `npm start -- --help` prints: each environment variable with its default and meaning. */
export function settingsHelp(): string {
  const rows = Object.entries<Described>(settingDefinitions).map(([name, setting]) => {
    const example = setting.example === undefined ? '' : ` (such as ${setting.example})`;
    return `  ${name}=${defaultOf(setting)}\n      ${setting.desc ?? ''}${example}`;
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

function defaultOf({ default: inProduction, devDefault }: Described): string {
  if (devDefault === undefined) return shown(inProduction);
  return `${shown(devDefault)}  [production: ${shown(inProduction)}]`;
}

function shown(value: Value | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join(',') : String(value);
}
