import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ElfFile } from './elf.js';
import { aTemporaryFolder } from './embedded-mongodb.fixture.js';
import { currentPlatform, requireEnginePackage, type EnginePackage } from './engine-package.js';
import { adaptEngineToGlibc, adaptFile } from './glibc-compat.js';

const onLinux = process.platform === 'linux' ? describe : describe.skip;
const DEBIAN_12 = '2.36';

function installedEngine(): EnginePackage {
  return requireEnginePackage(currentPlatform());
}

/** The installed package in a folder of the test's own, where it may be changed. */
async function anEngineIn(folder: string, edit: (module: Buffer) => void = () => undefined): Promise<EnginePackage> {
  const engine = installedEngine();
  const dir = join(folder, 'package');
  await mkdir(dir, { recursive: true });
  for (const name of await readdir(engine.dir)) {
    const bytes = await readFile(join(engine.dir, name));
    if (name === engine.moduleName) edit(bytes);
    await writeFile(join(dir, name), bytes);
  }
  return { ...engine, dir };
}

onLinux('adaptFile', () => {
  it('leaves no symbol and no hard requirement of GLIBC_2.38', async () => {
    const engine = installedEngine();
    for (const name of [engine.moduleName, 'libembedded_mongodb_native.so']) {
      const bytes = await readFile(join(engine.dir, name));
      const before = new ElfFile(bytes).importedSymbols();

      adaptFile(name, bytes, DEBIAN_12);

      const after = new ElfFile(bytes);
      const tooNew = after.neededVersions().filter((version) => version.name === 'GLIBC_2.38');
      expect(tooNew.length).toBeGreaterThan(0);
      expect(tooNew.every((version) => version.weak)).toBe(true);
      const symbols = after.importedSymbols();
      expect(symbols).toHaveLength(before.length);
      expect(symbols.filter((symbol) => tooNew.some(({ index }) => index === symbol.versionIndex))).toEqual([]);
      expect(symbols.filter((symbol) => symbol.name.startsWith('__isoc23_'))).toEqual([]);
    }
  });

  it('binds the scanf family to the variant of C99, not to the older one that reads %a differently', async () => {
    const bytes = await readFile(join(installedEngine().dir, 'libembedded_mongodb_native.so'));

    adaptFile('libembedded_mongodb_native.so', bytes, DEBIAN_12);

    const names = new ElfFile(bytes).importedSymbols().map((symbol) => symbol.name);
    expect(names).toEqual(expect.arrayContaining(['__isoc99_sscanf', '__isoc99_fscanf', 'strtol', 'strtoull', 'fmod']));
  });

  it('says which version is missing on a glibc that is too old even so', async () => {
    const bytes = await readFile(join(installedEngine().dir, 'libembedded_mongodb_native.so'));

    expect(() => {
      adaptFile('libembedded_mongodb_native.so', bytes, '2.31');
    }).toThrow(/needs GLIBC_2\.\d+ of lib\w\.so\.6, and this machine has glibc 2\.31\. Set MONGODB_URI/);
  });

  it('refuses a file that is not ELF', () => {
    expect(() => new ElfFile(Buffer.alloc(100))).toThrow('not a 64-bit little-endian ELF file');
  });
});

onLinux('adaptEngineToGlibc', () => {
  it('uses the package as it is where glibc is new enough or there is none', async () => {
    await using folder = await aTemporaryFolder();

    expect(await adaptEngineToGlibc(installedEngine(), folder.path, '2.38')).toBeNull();
    expect(await adaptEngineToGlibc(installedEngine(), folder.path, '2.41')).toBeNull();
    expect(await adaptEngineToGlibc(installedEngine(), folder.path, null)).toBeNull();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('makes the copy once, uses it again, and leaves the package as it was', async () => {
    await using folder = await aTemporaryFolder();
    const engine = installedEngine();
    const original = await readFile(join(engine.dir, engine.moduleName));

    const first = await adaptEngineToGlibc(engine, folder.path, DEBIAN_12);
    const madeAt = (await stat(first ?? '')).mtimeMs;
    const second = await adaptEngineToGlibc(engine, folder.path, DEBIAN_12);

    expect(second).toBe(first);
    expect((await stat(second ?? '')).mtimeMs).toBe(madeAt);
    expect(await readFile(join(engine.dir, engine.moduleName))).toEqual(original);
  });

  it('makes it anew when the package has another content, and removes the old copy', async () => {
    await using folder = await aTemporaryFolder();
    const enginesDir = join(folder.path, 'engines');
    const old = await adaptEngineToGlibc(await anEngineIn(folder.path), enginesDir, DEBIAN_12);
    const changed = await anEngineIn(folder.path, (module) => module.writeUInt8(1, module.length - 1));

    const renewed = await adaptEngineToGlibc(changed, enginesDir, DEBIAN_12);

    expect(renewed).not.toBe(old);
    expect(await readdir(enginesDir)).toHaveLength(1);
  });

  it('gives two makers at once the same complete copy', async () => {
    await using folder = await aTemporaryFolder();
    const engine = installedEngine();

    const paths = await Promise.all([1, 2].map(() => adaptEngineToGlibc(engine, folder.path, DEBIAN_12)));

    expect(new Set(paths).size).toBe(1);
    expect(await readdir(folder.path)).toHaveLength(1);
    expect(await readdir(join(paths[0] ?? '', '..'))).toHaveLength(2);
  });
});
