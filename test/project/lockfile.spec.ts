import { readFileSync } from 'node:fs';

interface LockedPackage {
  version?: string;
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const text = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };

/** Every installed copy of a package, also those deeper in the tree. */
function versionsOf(name: string): string[] {
  return Object.entries(packages)
    .filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
    .map(([, { version }]) => version ?? '');
}

function isAtLeast(version: string, floor: string): boolean {
  const [actual, wanted] = [version, floor].map((text) => text.split(/[.-]/, 3).map(Number));
  for (const [index, part] of wanted!.entries()) {
    if (actual![index] !== part) return actual![index]! > part;
  }
  return true;
}

/** Whether a package at `path` finds another one: in its own node_modules, or in one further up. */
function isLockedFor(path: string, name: string): boolean {
  if (`${path === '' ? '' : `${path}/`}node_modules/${name}` in packages) return true;
  if (path === '') return false;
  const end = path.lastIndexOf('/node_modules/');
  return isLockedFor(end === -1 ? '' : path.slice(0, end), name);
}

describe('the lockfile', () => {
  // Older ones have published advisories (2025 and 2026) that concern a server like this one.
  it.each([
    ['@nestjs/platform-express', '12.1.1'],
    ['@nestjs/platform-socket.io', '12.1.1'],
    ['@nestjs/websockets', '12.1.1'],
    ['engine.io', '6.6.9'],
    ['mongoose', '9.9.2'],
    ['multer', '2.5.0'],
    ['path-to-regexp', '8.4.0'],
    ['socket.io-parser', '4.2.7'],
    ['ws', '8.21.1'],
  ])('has no %s below %s', (name, floor) => {
    const versions = versionsOf(name);
    expect(versions).not.toHaveLength(0);
    expect(versions.filter((version) => !isAtLeast(version, floor))).toEqual([]);
  });

  it('names versions and hashes but no addresses, so that it installs from any registry', () => {
    expect(Object.values(packages).filter(({ resolved, link }) => resolved !== undefined && link !== true)).toEqual([]);
    expect(text).not.toMatch(/"(git\+)?(ssh|https?):\/\/[^"]+\.(tgz|git)"/);
  });
});

describe('the optional packages of other platforms', () => {
  // `npm ci` refuses a lockfile that leaves one out, and npm leaves out silently what the registry did not have just then.
  // The way out is an older version of the package that wants them, which the registry has for every platform.
  it('are all in the lockfile', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !isLockedFor(path, name))
        .map((name) => `${path} → ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the versions that are compared', () => {
  it.each([
    ['8.4.0', '8.4.0', true],
    ['8.10.0', '8.4.0', true],
    ['9.0.0', '8.21.1', true],
    ['8.21.0', '8.21.1', false],
    ['7.99.99', '8.0.0', false],
  ])('takes %s for at least %s: %s', (version, floor, expected) => {
    expect(isAtLeast(version, floor)).toBe(expected);
  });
});
