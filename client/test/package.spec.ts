import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../../test/support/eventually.js';
import { startTestApp, type TestApp } from '../../test/support/test-app.js';

const execute = promisify(execFile);
const clientDir = resolve('client');

/** The program of the README. */
function example(): string {
  const [, code] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(clientDir, 'README.md'), 'utf8')) ?? [];
  if (code === undefined) throw new Error('the README has no example');
  return code;
}

describe('the package as it is published', () => {
  let app: TestApp;
  /** A folder of an application that has installed the package. */
  let home: string;
  let packageDir: string;
  let child: ChildProcessWithoutNullStreams | undefined;

  beforeAll(async () => {
    app = await startTestApp({ DEFAULT_DATA: 'true' });
    home = await mkdtemp(join(tmpdir(), 'confab-client-'));
    packageDir = join(home, 'node_modules/@confab/client');
    await mkdir(packageDir, { recursive: true });
    const outDir = join(packageDir, 'dist');
    await compile('-p', join(clientDir, 'tsconfig.build.json'), '--outDir', outDir);
    await writeFile(join(packageDir, 'package.json'), readFileSync(join(clientDir, 'package.json')));
    await writeFile(join(home, 'package.json'), '{ "type": "module" }');
    await symlink(resolve('node_modules/socket.io-client'), join(home, 'node_modules/socket.io-client'));
  }, 60_000);

  afterAll(async () => {
    child?.kill();
    await app.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('holds what its imports and its types name, and no tests', () => {
    const files = globSync('**/*.{js,d.ts}', { cwd: join(packageDir, 'dist') });
    expect(files).toContain('client/src/index.js');
    expect(files.filter((file) => /spec|fixture|test\//.test(file))).toEqual([]);
    const missing = files.flatMap((file) => {
      const path = join(packageDir, 'dist', file);
      const imports = readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g);
      return Array.from(imports, ([, name = '']) => join(dirname(path), name))
        .map((name) => (file.endsWith('.d.ts') ? name.replace(/\.js$/, '.d.ts') : name))
        .filter((name) => !existsSync(name));
    });
    expect(missing).toEqual([]);
  });

  it('gives its types to an application that knows nothing of Node', async () => {
    await writeFile(
      join(home, 'app.ts'),
      `import { ConfabClient, ProblemError, type MessageView } from '@confab/client';
       const client = new ConfabClient({ url: 'http://x', credentials: { accessToken: 'x' } });
       client.on('new_message', ({ message }) => { const text: string | null = message.content; void text; });
       export const messages: readonly MessageView[] = client.group('x').messages;
       // @ts-expect-error the contract has no such event
       client.on('no_such_event', () => {});
       // @ts-expect-error the emoji is missing
       client.request('react', { messageId: 'x' }).catch((error: unknown) => error instanceof ProblemError && error.code);`,
    );
    const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', lib: ['es2023', 'dom'], types: [] };
    await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    const complaints = await compile('-p', home).catch((error: unknown) => (error as { stdout: string }).stdout);
    expect(complaints).toBe('');
  }, 60_000);

  it('runs the example of its README', async () => {
    expect(example().trimEnd().split('\n').length).toBeLessThan(30);
    await writeFile(join(home, 'chat.mjs'), example());
    child = spawn(process.execPath, ['chat.mjs', app.url], { cwd: home });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    // What the server says to everyone who comes.
    await eventually(() => /^#1 /m.test(output));
    child.stdin.write('Hello from the README\n');
    await eventually(() => output.includes('TestUser: Hello from the README'));
  }, 30_000);
});

/** What the compiler has to say, which is nothing when all is well. */
async function compile(...args: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...args]);
  return stdout;
}
