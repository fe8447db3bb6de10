import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { configurationDocument, envExample } from './documents.js';

const usage = `Usage: npm run docs

Writes docs/configuration.md and .env.example anew from the definitions of the settings.
  --json  print the names of the files as JSON
  --help  this text
`;

const { values } = parseArgs({ options: { help: { type: 'boolean' }, json: { type: 'boolean' } } });
if (values.help === true) {
  process.stdout.write(usage);
} else {
  const files = { 'docs/configuration.md': configurationDocument(), '.env.example': envExample() };
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
  const names = Object.keys(files);
  process.stdout.write(
    values.json === true ? `${JSON.stringify({ written: names })}\n` : `wrote ${names.join(', ')}\n`,
  );
}
