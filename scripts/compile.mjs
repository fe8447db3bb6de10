// Compiles bench/, contract/, src/ and tools/ with SWC into dist/, file by file, and only what changed since the last build.
// `npm start` runs it each time (by way of build.mjs), so with nothing to do it must cost milliseconds: it compares modification time and
// size, and loads SWC (a native module, slow to load) only when a file really has to be compiled.
//
//   node scripts/build.mjs            what changed
//   node scripts/build.mjs --force    everything, from an empty dist/
//
// Types are not checked here: `npm run types` does that. `nest build` (nest-cli.json) writes the same tree.
//
// Then it builds the pages of web/ (web/build.mjs) and the documentation (build-docs.mjs), by the same rule.
import { existsSync, globSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { buildPages } from '../web/build.mjs';
import { buildDocs } from './build-docs.mjs';
import { readStamps, root, stampOf, write } from './build-steps.mjs';

const outDir = join(root, 'dist');
const stampFile = join(outDir, '.build.json');

const force = process.argv.includes('--force');
if (force) rmSync(outDir, { recursive: true, force: true });

const outputOf = (source) => join(outDir, source.replace(/\.ts$/, '.js'));

// What the output of every file depends on besides the file itself. The lockfile stands for the version of SWC.
const settings = ['.swcrc', 'package-lock.json', 'scripts/compile.mjs', 'scripts/build-steps.mjs']
  .map(stampOf)
  .join(' ');
const sources = globSync('{bench,contract,src,tools}/**/*.ts', { cwd: root })
  .filter((path) => !/\.(spec|fixture|d)\.ts$/.test(path))
  .sort();
const files = Object.fromEntries(sources.map((path) => [path, stampOf(path)]));

const before = readStamps(stampFile);
const known = before?.settings === settings ? before.files : {};
const stale = Object.keys(before?.files ?? {}).filter((path) => !(path in files));
const changed = sources.filter((path) => known[path] !== files[path] || !existsSync(outputOf(path)));

if (changed.length > 0 || stale.length > 0) {
  const startedAt = performance.now();
  const { transformFile } = await import('@swc/core');

  for (const path of stale) {
    rmSync(outputOf(path), { force: true });
    rmSync(`${outputOf(path)}.map`, { force: true });
  }

  const failures = [];
  await Promise.all(
    changed.map(async (path) => {
      const output = outputOf(path);
      try {
        const { code, map } = await transformFile(join(root, path), {
          cwd: root,
          sourceFileName: relative(dirname(output), join(root, path)),
        });
        write(`${output}.map`, map);
        write(output, `${code}//# sourceMappingURL=${path.replace(/^.*\/|\.ts$/g, '')}.js.map\n`);
      } catch (error) {
        failures.push(path);
        const message = error instanceof Error ? error.message : String(error);
        console.error(`${path}\n${message.replace(/\s*Caused by:.*/s, '')}`); // what follows are SWC's own frames
      }
    }),
  );

  // A file that failed keeps no stamp, so that the next build tries it again.
  for (const path of failures) delete files[path];
  write(stampFile, JSON.stringify({ settings, files }));

  if (failures.length > 0) {
    console.error(`Build failed: ${failures.join(', ')}`);
    process.exit(1);
  }
  const elapsedMs = Math.round(performance.now() - startedAt);
  console.error(`Built ${String(changed.length)} of ${String(sources.length)} files in ${String(elapsedMs)} ms`);
}

await buildPages();
buildDocs();
