import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../support/eventually.js';
import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const readme = readFileSync('README.md', 'utf8');

/** The first code block of a language that contains a text. */
function snippet(language: string, containing: string): string {
  const blocks = readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'));
  const found = Array.from(blocks, ([, code]) => code ?? '').find((code) => code.includes(containing));
  if (found === undefined) throw new Error(`the README has no ${language} block with ${containing}`);
  return found;
}

/** Runs a program that comes in on standard input, and gathers what it prints. */
function run(
  command: string,
  args: string[],
  program: string,
): { child: ChildProcessWithoutNullStreams; output: () => string } {
  const child = spawn(command, args);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdin.end(program);
  return { child, output: () => text };
}

describe('the README', () => {
  let app: TestApp;
  const children: ChildProcessWithoutNullStreams[] = [];

  beforeAll(async () => {
    app = await startTestApp({ DEFAULT_DATA: 'true' });
  });

  afterAll(async () => {
    for (const child of children) child.kill();
    await app.stop();
  });

  it('shows a Socket.IO client that hears the message that its curl commands send', async () => {
    const listener = run(process.execPath, ['--input-type=module', '-', app.url], snippet('js', 'listen.mjs'));
    children.push(listener.child);
    await eventually(() => listener.output().includes('listening to 1 group(s)'));

    const curl = run('sh', [], snippet('sh', 'Hello from curl').replace(/^URL=.*$/m, `URL=${app.url}`));
    children.push(curl.child);

    await eventually(() => listener.output().includes('TestUser: Hello from curl'));
    await eventually(() => curl.child.exitCode !== null);
    expect(JSON.parse(curl.output())).toMatchObject({ content: 'Hello from curl', clientMessageId: 'my-first' });
  });

  it('shows a plain WebSocket client that answers ping with pong', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id] });
    const bot = run(
      process.execPath,
      ['--input-type=module', '-', app.url.replace('http', 'ws'), bob.tokens.accessToken],
      snippet('js', 'bot.mjs'),
    );
    children.push(bot.child);
    const socket = await ada.connect();
    await socket.next('user_joined', ({ userId }) => userId === bob.id);

    await ada.sendMessage(group.id, 'ping');
    await socket.next('new_message', ({ message }) => message.content === 'pong' && message.senderId === bob.id);
    ada.disconnect();
  });

  it('keeps its Socket.IO client at ten lines', () => {
    const lines = snippet('js', 'listen.mjs')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(lines.length).toBeLessThanOrEqual(10);
  });
});
