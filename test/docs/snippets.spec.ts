import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadSettings } from '../../src/config/load-settings.js';
import { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { markdownBlocks, type MarkdownBlock } from './markdown-blocks.js';
import { Shell } from './shell.js';

const files = ['README.md', 'client/README.md', ...globSync('docs/**/*.md')].sort();
/** A block without a language is a drawing. */
const blocks = files.flatMap(markdownBlocks).filter(({ language }) => language !== '');
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;

const found: MarkdownBlock[] = [];

/** The one block of a file that has a text in it. */
function blockOf(file: string, containing: string): string {
  const [block, ...others] = blocks.filter((one) => one.file === file && one.code.includes(containing));
  if (block === undefined || others.length > 0) throw new Error(`not one block of ${file} has ${containing}`);
  found.push(block);
  return block.code;
}

const start = blockOf('README.md', 'npm ci && npm start');
const listener = blockOf('README.md', 'listen.mjs');
const curl = blockOf('README.md', 'Hello from curl');
const bot = blockOf('README.md', 'bot.mjs');
const ownMongodb = blockOf('README.md', "?replicaSet=rs0' npm start");
const docker = blockOf('README.md', 'docker compose');
const severalNodes = blockOf('README.md', 'REDIS_URL');
const bench = blockOf('README.md', 'npm run bench');
const demo = blockOf('README.md', 'npm run demo');
const seed = blockOf('README.md', 'npm run seed');
const upkeep = blockOf('README.md', 'npm run admin:grant');
const installClient = blockOf('client/README.md', 'npm install');

/** Blocks that are not run here, and why. */
const notRun: readonly { file: string; containing: string; why: string; by?: string }[] = [
  { file: 'README.md', containing: 'npm ci && npm test', why: 'it is what runs this test', by: '.ci/run' },
  {
    file: 'client/README.md',
    containing: 'chat.mjs',
    why: 'it needs the package as it is installed, which is made there',
    by: 'client/test/package.spec.ts',
  },
];

/** The lines of a program that are neither empty nor a comment. */
function linesOf(program: string): string[] {
  return program.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
}

describe('what the documentation tells its readers to type', () => {
  let app: TestApp;
  let shell: Shell;
  beforeAll(async () => {
    app = await startTestApp({ DEFAULT_DATA: 'true' });
    shell = await Shell.open();
  });
  afterAll(async () => {
    await shell.close();
    await app.stop();
  });

  /** The same for the server of this test, whose port is another one. */
  const here = (code: string): string => code.replaceAll('127.0.0.1:3000', new URL(app.url).host);

  /** For programs that work on the database: that of this test, with the data of this server or others. */
  const onDatabase = (name = app.connection.name): Record<string, string> => ({
    NODE_ENV: 'test',
    BCRYPT_ROUNDS: '4',
    MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI']!,
    DATABASE_NAME: name,
  });

  it('is run here, or is named here with the reason why it is not', () => {
    const named = notRun.map(({ file, containing, by }) => {
      expect(by === undefined || existsSync(by)).toBe(true);
      return blocks.filter((block) => block.file === file && block.code.includes(containing));
    });
    expect(named.filter((matches) => matches.length !== 1)).toEqual([]);
    const known = [...found, ...named.flat()];
    expect(new Set(known).size).toBe(known.length);
    expect(blocks.filter((block) => !known.includes(block)).map(({ file, code }) => `${file}: ${code}`)).toEqual([]);
  });

  it('starts a server with a page, a database of its own and somebody to log in as', async () => {
    const environment = {
      PORT: '0',
      DATA_DIR: join(shell.folder, 'data'),
      TRANSCRIPTS_PATH: 'off',
      BCRYPT_ROUNDS: '4',
    };
    // What `npm ci` does is measured by .ci/run, from a fresh clone.
    const server = shell.type(start.replace('npm ci && ', ''), environment);
    const url = await eventually(() => /Confab is ready at (\S+)/.exec(server.output)?.[1], 40_000);
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const account = { login: 'TestUser', password: 'pass1234' };
    expectStatus(await new ApiClient(url).post('/api/v1/auth/login', account), 200);
    await server.stop();
  });

  it('starts it on a MongoDB of one’s own', async () => {
    const { MONGODB_URI, ...environment } = onDatabase(`${app.connection.name}-own`.slice(-38));
    const code = ownMongodb.replace(/'mongodb:[^']*'/, `'${MONGODB_URI!}'`);
    const server = shell.type(code, { PORT: '0', DATA_DIR: shell.folder, TRANSCRIPTS_PATH: 'off', ...environment });
    const url = await eventually(() => /Confab is ready at (\S+)/.exec(server.output)?.[1], 40_000);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await server.stop();
    await app.connection.useDb(environment['DATABASE_NAME']!).dropDatabase();
  });

  it('listens with ten lines, and hears what curl sends', async () => {
    expect(linesOf(listener).length).toBeLessThanOrEqual(10);
    const listening = shell.node(here(listener));
    await eventually(() => listening.output.includes('listening to 1 group(s)'));

    const sent = shell.type(here(curl));
    await eventually(() => listening.output.includes('TestUser: Hello from curl'));
    expect(await sent.ended()).toBe(0);
    expect(JSON.parse(sent.output)).toMatchObject({ content: 'Hello from curl', clientMessageId: 'my-first' });
  });

  it('answers over a plain WebSocket with five lines', async () => {
    expect(linesOf(bot)).toHaveLength(5);
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id] });
    shell.node(here(bot), bob.tokens.accessToken);
    const socket = await ada.connect();
    await socket.next('user_joined', ({ userId }) => userId === bob.id);

    await ada.sendMessage(group.id, 'hi');
    await socket.next('new_message', ({ message }) => message.content === 'hey' && message.senderId === bob.id);
    ada.disconnect();
  });

  it('lets the bot use the token that the commands before have left', async () => {
    const typed = shell.type(`${here(curl)}\necho "TOKEN is $TOKEN"`);
    expect(await typed.ended()).toBe(0);
    const [, token = ''] = /TOKEN is (\S+)/.exec(typed.output) ?? [];
    expectStatus(await new ApiClient(app.api, token).get('/users/me'), 200);
  });

  it('gives several nodes settings that a server takes', async () => {
    const other = await Shell.open();
    await other.replace('npm', 'env');
    const typed = other.type(severalNodes);
    expect(await typed.ended()).toBe(0);
    await other.close();
    const environment = Object.fromEntries(
      Array.from(typed.output.matchAll(/^(MONGODB_URI|REDIS_URL)=(.*)$/gm), ([, name, value]) => [name!, value!]),
    );
    expect(loadSettings({ ...environment, DATA_DIR: shell.folder })).toMatchObject({
      MONGODB_URI: 'mongodb://db1,db2,db3/?replicaSet=rs0',
      REDIS_URL: 'redis://cache:6379',
    });
  });

  it('gives Docker what its file asks for', async () => {
    const other = await Shell.open();
    await other.replace('docker', 'echo "docker $*"; env');
    await other.replace('openssl', '[ "$*" = "rand -base64 48" ] && head -c 48 /dev/urandom | base64');
    const typed = other.type(docker);
    expect(await typed.ended()).toBe(0);
    await other.close();
    expect(typed.output).toMatch(/^docker compose up --build$/m);
    expect(/^JWT_SECRET=(.*)$/m.exec(typed.output)?.[1]).toMatch(/^.{64}$/);
    const required = readFileSync('docker-compose.yml', 'utf8').matchAll(/\$\{(\w+):\?/g);
    expect(Array.from(required, ([, name]) => name)).toEqual(['JWT_SECRET']);
  });

  it('plays a log of a channel through a server', async () => {
    const typed = shell.type(`${demo.trim()} --limit 20 --url ${app.url}`);
    expect([await typed.ended(), typed.output]).toEqual([0, expect.any(String)]);
  });

  it('fills a database', async () => {
    const environment = onDatabase(`${app.connection.name}-seed`.slice(-38));
    const code = seed.replace('10000', '20').replace('500', '5').replace('1000000', '200');
    expect(code).toContain('--users 20 --groups 5 --messages 200');
    const typed = shell.type(code, environment);
    expect([await typed.ended(), typed.output]).toEqual([0, expect.any(String)]);
    const filled = app.connection.useDb(environment['DATABASE_NAME']!);
    expect(await filled.collection('messages').countDocuments()).toBe(200);
    await filled.dropDatabase();
  });

  it('makes an admin, and checks the files', async () => {
    const typed = shell.type(`set -e\n${upkeep}`, onDatabase());
    expect([await typed.ended(), typed.output]).toEqual([0, expect.any(String)]);
    const user = await app.connection.collection('users').findOne({ username: 'TestUser' });
    expect(user).toMatchObject({ role: 'admin' });
  });

  it('names benchmarks that there are', async () => {
    const typed = shell.type(`${bench.trim()} --help`);
    expect(await typed.ended()).toBe(0);
    const [, words = ''] = /-- (.*)$/m.exec(bench) ?? [];
    const missing = words.split(' ').filter((word) => !new RegExp(`^  ${word}\\b`, 'm').test(typed.output));
    expect(missing).toEqual([]);
  });

  it('shows figures as they were measured', () => {
    const rowsOf = (file: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /^\|.*\| +[\d,.]+ +\|.*–/.test(line))
        .map((line) => line.replaceAll(/ +/g, ' '));
    const shown = rowsOf('README.md');
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((row) => !rowsOf('docs/performance.md').includes(row))).toEqual([]);
  });

  it('packs the client under the name by which it is installed', async () => {
    const [pack = '', install = ''] = installClient.trim().split('\n');
    const typed = shell.type(`${pack} --dry-run --json --ignore-scripts 2>/dev/null`);
    expect(await typed.ended()).toBe(0);
    const [packed] = JSON.parse(typed.output) as { filename: string }[];
    expect(install).toContain(packed?.filename);
  });

  it('names scripts that there are', () => {
    const named = files.flatMap((file) =>
      Array.from(readFileSync(file, 'utf8').matchAll(/npm run (?:-s )?([a-z:-]+)/g), ([, name]) => ({
        file,
        name: name ?? '',
      })),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
  });

  it.each(
    Object.entries(scripts)
      .flatMap(([name, line]) => [[name, /dist\/(?:tools|bench)\/\S*main\.js/.exec(line)?.[0]]])
      .filter(([name, program]) => program !== undefined && name !== 'docs'),
  )('explains npm run %s when it is asked', async (name, program) => {
    const typed = shell.type(`node ${program!} --help`);
    expect(await typed.ended()).toBe(0);
    expect(typed.output).toContain(`npm run ${name!}`);
  });
});
