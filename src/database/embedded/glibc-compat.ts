import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ElfFile, type ImportedSymbol, type NeededVersion } from './elf.js';
import { EngineUnavailableError } from './embedded-mongodb.error.js';
import type { EnginePackage } from './engine-package.js';

/**
 * The engine's Linux files ask for glibc 2.38, which Debian 12 (2.36) does not have, for the sake of seven symbols that an
 * older glibc has as well under an older name or version: `__isoc23_strtol` and its kin are `strtol` that also reads the
 * `0b…` of C23, and `fmod` of 2.38 differs in not setting errno. A copy of the files bound to the older ones loads and
 * works from glibc 2.36 on. Below that `arc4random` (2.36) is missing, which nothing else replaces safely.
 */
const TOO_NEW = 'GLIBC_2.38';

/** Raised when the edits below change, so that copies made by an older Confab are made anew. */
const RECIPE = 1;

/** The library that all platform packages have beside their module. */
const ENGINE_LIBRARY = 'libembedded_mongodb_native.so';

/** A maker that was killed leaves its unfinished copy behind; one this old has no maker any more. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

interface OlderBinding {
  readonly library: string;
  readonly name: string;
  /** The version that glibc has the older symbol under, on each architecture: a symbol's version is part of its identity, a near one does not do. */
  readonly version: { readonly x64: string; readonly arm64: string };
}

const LIBC_BASE = { library: 'libc.so.6', version: { x64: 'GLIBC_2.2.5', arm64: 'GLIBC_2.17' } };
const LIBC_C99 = { library: 'libc.so.6', version: { x64: 'GLIBC_2.7', arm64: 'GLIBC_2.17' } };
const LIBM_BASE = { library: 'libm.so.6', version: { x64: 'GLIBC_2.2.5', arm64: 'GLIBC_2.17' } };

const OLDER_BINDINGS: ReadonlyMap<string, OlderBinding> = new Map([
  ['__isoc23_strtol', { name: 'strtol', ...LIBC_BASE }],
  ['__isoc23_strtoul', { name: 'strtoul', ...LIBC_BASE }],
  ['__isoc23_strtoll', { name: 'strtoll', ...LIBC_BASE }],
  ['__isoc23_strtoull', { name: 'strtoull', ...LIBC_BASE }],
  ['__isoc23_sscanf', { name: '__isoc99_sscanf', ...LIBC_C99 }],
  ['__isoc23_fscanf', { name: '__isoc99_fscanf', ...LIBC_C99 }],
  ['fmod', { name: 'fmod', ...LIBM_BASE }],
]);

/**
 * Makes the installed engine loadable with the running glibc, once: an adapted copy is written to `enginesDir` and
 * reused as long as the package's version and content stay the same. The package itself is never changed.
 *
 * @param enginesDir Folder of the copies (36 MB each); made when missing. Older copies in it are removed.
 * @param glibcVersion Version of the running glibc such as `2.36`; null where there is none (macOS), which needs no copy.
 * @returns Absolute path of the module to load, or null when the package loads as it is.
 * @throws EngineUnavailableError when the engine cannot be made to load with this glibc.
 */
export async function adaptEngineToGlibc(
  engine: EnginePackage,
  enginesDir: string,
  glibcVersion: string | null,
): Promise<string | null> {
  if (glibcVersion === null || !isNewer(TOO_NEW, glibcVersion)) return null;
  const files = await readEngineFiles(engine);
  const copyName = `${engine.version}-${hashOf(files)}`;
  const copyDir = join(enginesDir, copyName);
  if (!existsSync(copyDir)) {
    for (const [name, bytes] of files) adaptFile(name, bytes, glibcVersion);
    await mkdir(enginesDir, { recursive: true });
    await writeCopy(files, copyDir);
    await removeOldCopies(enginesDir, copyName);
  }
  return join(copyDir, engine.moduleName);
}

/**
 * Rebinds, in memory, what one ELF file imports of `GLIBC_2.38` to what every older glibc has, and lets it load without that version.
 *
 * @param name The file's name, for the error.
 * @param bytes The whole file, edited in place.
 * @throws EngineUnavailableError when it then still needs more than `glibcVersion` has.
 */
export function adaptFile(name: string, bytes: Buffer, glibcVersion: string): void {
  const elf = new ElfFile(bytes);
  const versions = elf.neededVersions();
  const tooNew = versions.filter((version) => version.name === TOO_NEW);
  for (const symbol of elf.importedSymbols()) {
    if (tooNew.some((version) => version.index === symbol.versionIndex)) rebindToOlder(elf, name, symbol, versions);
  }
  for (const version of tooNew) elf.makeWeak(version);
  const missing = elf.neededVersions().find((version) => !version.weak && isNewer(version.name, glibcVersion));
  if (missing !== undefined) {
    throw new EngineUnavailableError(
      `${name} needs ${missing.name} of ${missing.library}, and this machine has glibc ${glibcVersion}`,
    );
  }
}

function rebindToOlder(elf: ElfFile, file: string, symbol: ImportedSymbol, versions: NeededVersion[]): void {
  const older = OLDER_BINDINGS.get(symbol.name);
  if (older === undefined) {
    throw new EngineUnavailableError(`${file} needs ${symbol.name} of ${TOO_NEW}, which no older glibc replaces`);
  }
  const versionName = elf.arch === 'arm64' ? older.version.arm64 : older.version.x64;
  const version = versions.find(({ library, name }) => library === older.library && name === versionName);
  if (version === undefined) {
    throw new EngineUnavailableError(`${file} has no ${versionName} of ${older.library} to bind ${older.name} to`);
  }
  elf.rebind(symbol, older.name, version);
}

/** Both ELF files, by name. */
async function readEngineFiles(engine: EnginePackage): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const name of [engine.moduleName, ENGINE_LIBRARY]) files.set(name, await readFile(join(engine.dir, name)));
  return files;
}

/** Takes 20 ms for the 36 MB: cheap enough to notice, at every start, a package that changed under the same version. */
function hashOf(files: Map<string, Buffer>): string {
  const hash = createHash('sha256').update(`recipe ${String(RECIPE)}`);
  for (const bytes of files.values()) hash.update(bytes);
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder appears under its final name only when it is complete and on the disk, so its existence is proof enough
 * at the next start, even after a loss of power. When two processes make it at once, the first rename wins.
 */
async function writeCopy(files: Map<string, Buffer>, copyDir: string): Promise<void> {
  const unfinishedDir = `${copyDir}.${randomUUID()}.tmp`;
  await mkdir(unfinishedDir);
  try {
    for (const [name, bytes] of files) {
      const file = await open(join(unfinishedDir, name), 'wx', 0o755);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    await rename(unfinishedDir, copyDir);
  } catch (error) {
    await rm(unfinishedDir, { recursive: true, force: true });
    const madeByAnother = existsSync(copyDir);
    if (!madeByAnother) throw error;
  }
}

/** A copy that a running engine has loaded may be removed: its pages stay until the engine exits. */
async function removeOldCopies(enginesDir: string, keptName: string): Promise<void> {
  for (const name of await readdir(enginesDir)) {
    if (name === keptName) continue;
    const path = join(enginesDir, name);
    if (name.endsWith('.tmp') && Date.now() - (await stat(path)).mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}

/** Compares `GLIBC_2.38` or `2.38` with `2.36`, number by number. False for names of other libraries and for `GLIBC_ABI_…`. */
function isNewer(versionName: string, glibcVersion: string): boolean {
  const match = /^(?:GLIBC_)?(\d+)\.(\d+)/.exec(versionName);
  if (match === null) return false;
  const [major = 0, minor = 0] = glibcVersion.split('.').map(Number);
  const wantedMajor = Number(match[1]);
  return wantedMajor > major || (wantedMajor === major && Number(match[2]) > minor);
}
