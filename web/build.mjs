// Builds the pages of the server with Vite into dist/web/<page>/: index.html and assets/, whose names carry a hash of what
// is in them. scripts/build.mjs calls it at each start, so with nothing to do it must cost milliseconds: Vite is loaded only when a file changed.
//
//   node web/build.mjs
import { existsSync, globSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readStamps, root, stampOf, write } from '../scripts/build-steps.mjs';

/** Each is a folder here with an index.html → the address where it is served. */
const addresses = { chat: '/', dashboard: '/dashboard/', observatory: '/observatory/' };
const pages = Object.keys(addresses);

const outDir = join(root, 'dist/web');
const stampFile = join(outDir, '.build.json');

/** Builds all pages when one of their files changed since the last time. */
export async function buildPages() {
  const inputs = globSync(
    [
      'web/**/*.{ts,css,html,svg,mjs,json}',
      'contract/*.ts',
      'client/src/**/*.ts',
      'package-lock.json',
      'scripts/build-steps.mjs',
    ],
    { cwd: root, exclude: ['**/node_modules/**'] },
  )
    .filter((path) => !/\.(spec|fixture)\.ts$/.test(path))
    .sort();
  const stamps = Object.fromEntries(inputs.map((path) => [path, stampOf(path)]));
  const isBuilt = pages.every((page) => existsSync(join(outDir, page, 'index.html')));
  if (isBuilt && JSON.stringify(readStamps(stampFile)) === JSON.stringify(stamps)) return;

  const startedAt = performance.now();
  const { build } = await import('vite');
  for (const page of pages) await buildPage(build, page);
  write(stampFile, JSON.stringify(stamps));
  const elapsedMs = Math.round(performance.now() - startedAt);
  console.error(`Built ${pages.join(', ')} in ${String(elapsedMs)} ms`);
}

async function buildPage(build, page) {
  const { output } = await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    root: join(root, 'web', page),
    base: addresses[page],
    // The page's policy allows no script and no style in the document, and no `data:` but pictures.
    build: { write: false, modulePreload: false, assetsInlineLimit: 0, target: 'es2024' },
  });
  // The page last, when all it names is there; then what only the former one named.
  const files = output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]);
  files.sort(([a], [b]) => Number(a === 'index.html') - Number(b === 'index.html'));
  for (const [name, content] of files) write(join(outDir, page, name), content);
  const current = new Set(files.map(([name]) => name));
  for (const name of globSync('assets/*', { cwd: join(outDir, page) })) {
    if (!current.has(name)) rmSync(join(outDir, page, name), { force: true });
  }
}

if (process.argv[1] === resolve(import.meta.filename)) await buildPages();
