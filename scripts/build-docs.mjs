// Puts what the server shows at /docs into dist/docs/: the guides and their pictures as they lie here, and the style sheet and
// the icon of their pages. The server turns the Markdown into pages (src/docs/). With nothing to do it costs milliseconds.
//
//   node scripts/build-docs.mjs
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readStamps, root, stampOf, write } from './build-steps.mjs';

const outDir = join(root, 'dist/docs');
const stampFile = join(outDir, '.build.json');

const tokens = 'web/shared/tokens.css';
const pageStyle = 'src/docs/page.css';
const icon = 'web/shared/icon.svg';

/** Copies and makes everything anew when one of the files changed since the last time. */
export function buildDocs() {
  const copied = globSync(['README.md', 'CHANGELOG.md', 'client/README.md', 'docs/**/*.{md,png,svg}'], { cwd: root });
  const inputs = [...copied, tokens, pageStyle, icon, 'scripts/build-docs.mjs'].sort();
  const stamps = Object.fromEntries(inputs.map((path) => [path, stampOf(path)]));
  const isBuilt = existsSync(join(outDir, 'page.css'));
  if (isBuilt && JSON.stringify(readStamps(stampFile)) === JSON.stringify(stamps)) return;

  for (const path of copied) write(join(outDir, path), readFileSync(join(root, path)));
  write(join(outDir, 'icon.svg'), readFileSync(join(root, icon)));
  write(join(outDir, 'page.css'), `${themedTokens()}\n${readFileSync(join(root, pageStyle), 'utf8')}`);
  const current = new Set([...copied, 'icon.svg', 'page.css', '.build.json']);
  for (const path of globSync('**/*.*', { cwd: outDir })) {
    if (!current.has(path)) rmSync(join(outDir, path), { force: true });
  }
  write(stampFile, JSON.stringify(stamps));
}

/** The colours of all pages. These pages have no script that could set a theme: the light one is a question to the browser. */
function themedTokens() {
  const css = readFileSync(join(root, tokens), 'utf8');
  const themed = css.replace(
    /^:root\[data-theme='light'\] (\{[^}]*\})/m,
    (_, colors) => `@media (prefers-color-scheme: light) {\n:root ${colors}\n}`,
  );
  if (themed === css) throw new Error(`${tokens} has no light theme where it is looked for`);
  return themed;
}

if (process.argv[1] === resolve(import.meta.filename)) buildDocs();
