import { describeSettings, type SettingDescription } from '../../src/config/settings-help.js';

/** `docs/configuration.md`: every setting as a table. */
export function configurationDocument(): string {
  const rows = describeSettings().map(
    ({ name, meaning, example, inProduction, elsewhere }) =>
      `| \`${name}\` | ${code(elsewhere)} | ${inProduction === elsewhere ? 'the same' : code(inProduction)} | ${cell(meaning)}${example === '' ? '' : `, such as \`${example}\``} |`,
  );
  return `# Configuration

Settings are environment variables. They are checked once at start: all faults are reported together, one line each,
and the server ends with exit code 1. An empty variable counts as unset. Outside production a \`.env\` file in the working
folder is read as well. \`MONGODB_URL\` is taken where \`MONGODB_URI\` is not set.

This page is made from \`src/config/setting-definitions.ts\` by \`npm run docs\`.

| name | default in development | in production | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** `.env.example`: every setting, commented out, at its development default. */
export function envExample(): string {
  const blocks = describeSettings().map((setting) => `# ${sentence(setting.meaning)}\n#${line(setting)}`);
  return `# Copy to .env and uncomment what you change. Nothing here is needed for development.
# Made from src/config/setting-definitions.ts by npm run docs.

${blocks.join('\n\n')}
`;
}

function line({ name, example, elsewhere }: SettingDescription): string {
  return `${name}=${elsewhere === '' ? example : elsewhere}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function code(value: string): string {
  return value === '' ? 'unset' : `\`${value}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
