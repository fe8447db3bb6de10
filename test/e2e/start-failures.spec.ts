import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { ProcessYard } from '../support/confab-process.js';

/** Runs before the program, in its process: for machines that are other than this one. */
const instead = (code: string) => `--import=data:text/javascript,${encodeURIComponent(code)}`;
const asNode18 = instead("Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.19.1'}})");
const onLinux = process.platform === 'linux' ? it : it.skip;
/** Folders of its own for one process, to put a small disk there: what only the superuser of a Linux machine can do. */
const withDisks = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0 ? it : it.skip;
const root = join(import.meta.dirname, '../..');

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

describe('a start that cannot succeed', () => {
  const yard = new ProcessYard();
  const servers: Server[] = [];
  // Each starts a whole server, some of them until it listens: seconds, but many on a machine that does other things.
  jest.setTimeout(60_000);
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await yard.folder();
    file = join(folder, 'file');
    await writeFile(file, 'no folder');
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => yard.clear());

  async function aTakenPort(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return String((server.address() as AddressInfo).port);
  }

  /** One line, and nothing that only a programmer reads, in either output and whatever the log's form. */
  function expectOneLine(
    { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
    line: RegExp,
  ): void {
    expect(linesOf(stderr)).toEqual([expect.stringMatching(line)]);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/\n\s+at |"stack"|geheim/);
    expect(stdout).not.toContain('is ready');
  }

  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>, RegExp]>([
    [
      'its port is taken',
      async () => ({ PORT: await aTakenPort() }),
      /the port is taken\. .*127\.0\.0\.1:\d+.*set PORT/,
    ],
    [
      'the port of its metrics is taken',
      async () => ({ METRICS_PORT: await aTakenPort() }),
      /the port is taken\. .*127\.0\.0\.1:\d+.*METRICS_PORT/,
    ],
    ['its address is not of this machine', () => ({ HOST: '192.0.2.1' }), /not one of this machine .*Check HOST\./],
    ['its data folder is a file', () => ({ DATA_DIR: file }), /a file where a folder is needed .*Check DATA_DIR\./],
    [
      'its data folder would be in a file',
      () => ({ DATA_DIR: join(file, 'data') }),
      /a file where a folder is needed .*Check DATA_DIR\./,
    ],
    [
      'the database does not answer',
      () => ({ MONGODB_URI: 'mongodb://127.0.0.1:1', MONGODB_TIMEOUT_MS: '300' }),
      /the database does not answer .*Check MONGODB_URI\./,
    ],
    [
      'the database is at no known place',
      () => ({ MONGODB_URI: 'mongodb://nowhere.invalid', MONGODB_TIMEOUT_MS: '300' }),
      /Check MONGODB_URI\./,
    ],
    [
      'the address of the database has an option that there is not',
      () => ({ MONGODB_URI: 'mongodb://ada:geheim@127.0.0.1/?nonsense=1' }),
      /MONGODB_URI is not good \(.*nonsense.*\)\./,
    ],
    [
      'the database refuses the login',
      () => ({ MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI']!.replace('mongodb://', 'mongodb://ada:geheim@') }),
      /the database refuses the login .*password in MONGODB_URI\./,
    ],
    [
      'a setting is wrong',
      () => ({ PORT: 'eighty' }),
      /^(?:Confab cannot start: the settings are not valid\.| {2}PORT: )/,
    ],
    [
      'the C library is too old for the engine',
      () => ({ NODE_OPTIONS: instead("process.report.getReport=()=>({header:{glibcVersionRuntime:'2.17'}})") }),
      /embedded MongoDB is not available: .*this machine has glibc 2\.17\. Set MONGODB_URI/,
    ],
    [
      'there is no engine for the C library',
      () => ({ NODE_OPTIONS: instead('process.report.getReport=()=>({header:{}})') }),
      /embedded MongoDB is not available: .*Set MONGODB_URI/,
    ],
    [
      'a package is not made for the machine',
      () => ({ NODE_OPTIONS: instead("Object.defineProperty(process,'arch',{value:'mips'})") }),
      /a package does not work on this machine \(.*sharp.*\)\. Run npm install/,
    ],
    [
      'its Node is too old',
      () => ({ NODE_OPTIONS: asNode18 }),
      /it needs Node 24, and this is 18\.19\.1\..*npm install/,
    ],
  ])('says in one line what to do when %s', async (what, environment, line) => {
    if (process.platform !== 'linux' && what.includes('C library')) return;
    const ending = await yard.run({ DATA_DIR: join(folder, what.replaceAll(' ', '-')), ...(await environment()) });
    if (what !== 'a setting is wrong') expectOneLine(ending, new RegExp(`^Confab cannot start: .*${line.source}`));
    else {
      // The faults of all settings, a line each.
      expect(ending.code).toBe(1);
      expect(linesOf(ending.stderr)).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
    }
  });

  it('says in one line that another server has its data folder', async () => {
    const environment = { DATA_DIR: await yard.folder() };
    const first = yard.start(environment);
    await first.ready();
    expectOneLine(await yard.run(environment), /^Confab cannot start: .* is in use by process \d+; .*DATA_DIR/);
    await first.stop();
  });

  onLinux('says in one line that it may not write to its data folder', async () => {
    // Not even the superuser makes a folder there.
    expectOneLine(
      await yard.run({ DATA_DIR: '/sys/confab' }),
      /^Confab cannot start: permission is missing .*\/sys\/confab.*DATA_DIR\.$/,
    );
  });

  onLinux('says in one line that its data folder is where there can be none', async () => {
    for (const folder of ['/proc/confab', '/proc/confab/data']) {
      for (const secret of ['', 'x'.repeat(40)]) {
        const ending = await yard.run({ DATA_DIR: folder, JWT_SECRET: secret });
        expectOneLine(ending, /^Confab cannot start: no folder can be made there .*\/proc\/confab.*DATA_DIR\.$/);
      }
    }
  });

  withDisks.each([
    ['before anything is there', ''],
    ['when its database is opened', 'x'.repeat(40)],
  ])('says in one line that the disk is full: %s', async (_when, secret) => {
    const disk = join(await yard.folder(), 'disk');
    await mkdir(disk);
    const program = `env DATA_DIR=${disk} PORT=0 TRANSCRIPTS_PATH=off JWT_SECRET=${secret} node dist/src/main.js`;
    const script = `mount -t tmpfs -o size=1m none ${disk} && (cat /dev/zero > ${disk}/all 2> ${disk}/none || true) && exec ${program}`;
    const child = spawn('unshare', ['-m', 'sh', '-c', script], { cwd: root, env: { PATH: process.env['PATH'] } });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    expectOneLine(
      { code, ...output },
      /^Confab cannot start: the disk is full .*DATA_DIR to a folder on another disk\.$/,
    );
  });

  it('starts without its Redis, and says so in one line', async () => {
    const server = yard.start({ DATA_DIR: await yard.folder(), REDIS_URL: 'redis://127.0.0.1:1', LOG_LEVEL: 'warn' });
    const told = await new Promise<string>((resolve) => {
      const looking = setInterval(() => {
        const line = linesOf(server.stdout).find((text) => text.includes('Redis does not answer'));
        if (line === undefined) return;
        clearInterval(looking);
        resolve(line);
      }, 50);
    });
    expect(JSON.parse(told)).toMatchObject({
      msg: expect.stringMatching(/ECONNREFUSED.*starts without it.*REDIS_URL/),
    });
    expect(JSON.parse(told)).not.toHaveProperty('err');
    await server.stop();
  });

  it('builds with no older Node, and with no package missing, and says so in one line', () => {
    const build = (options: string, cwd = root) =>
      spawnSync(process.execPath, [join(cwd, 'scripts/build.mjs')], {
        cwd,
        env: { PATH: process.env['PATH'], NODE_OPTIONS: options },
        encoding: 'utf8',
      });
    const old = build(asNode18);
    expect([old.status, linesOf(old.stderr)]).toEqual([
      1,
      [expect.stringMatching(/^Confab needs Node 24, and this is 18\.19\.1\./)],
    ]);
    const missing = instead(
      "import{registerHooks}from'node:module';registerHooks({resolve(name,context,next){if(name==='vite'||name.endsWith('compile.mjs'))throw Object.assign(new Error(\"Cannot find package 'vite' imported from x\"),{code:'ERR_MODULE_NOT_FOUND'});return next(name,context)}})",
    );
    const bare = build(missing);
    expect([bare.status, linesOf(bare.stderr)]).toEqual([
      1,
      [expect.stringMatching(/^Packages are missing \(vite\): run npm install/)],
    ]);
  });

  it('asks for the Node that the image has, in both places', async () => {
    const { readFile } = await import('node:fs/promises');
    const texts = await Promise.all(
      ['scripts/build.mjs', 'src/main.ts', 'Dockerfile'].map((path) => readFile(join(root, path), 'utf8')),
    );
    const versions = texts.map((text) => /(?:neededMajor = |FROM node:)(\d+)/.exec(text)?.[1]);
    expect(new Set(versions).size).toBe(1);
  });
});
