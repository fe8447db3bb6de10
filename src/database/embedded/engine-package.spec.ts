import { describe, expect, it } from '@jest/globals';
import { EngineUnavailableError } from './embedded-mongodb.error.js';
import { currentPlatform, requireEnginePackage } from './engine-package.js';

function notInstalled(path: string): string {
  throw new Error(`Cannot find module '${path}'`);
}

function refusal(os: string, arch: string, glibcVersion: string | null, resolve?: (path: string) => string): string {
  try {
    requireEnginePackage({ os, arch, glibcVersion }, resolve);
  } catch (error) {
    if (error instanceof EngineUnavailableError) return error.message;
    throw error;
  }
  return 'none';
}

describe('requireEnginePackage', () => {
  it('finds the package of this machine', () => {
    const engine = requireEnginePackage(currentPlatform());

    expect(engine.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(engine.moduleName).toContain(process.arch);
  });

  it.each([
    ['a platform without a package', refusal('win32', 'x64', null), 'win32 x64'],
    ['Linux with another C library', refusal('linux', 'x64', null), 'GNU C library'],
    [
      'a package that was left out',
      refusal('linux', 'arm64', '2.36', notInstalled),
      'embedded-mongodb-linux-arm64-gnu',
    ],
  ])('tells in one line what to do on %s', (_case, message, reason) => {
    expect(message).toContain(reason);
    expect(message).toContain('Set MONGODB_URI');
    expect(message).toContain('docker-compose.yml');
    expect(message).not.toContain('\n');
  });
});
