import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessagePage } from '../../contract/views.js';
import type { Report } from '../../tools/demo/report.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built demo, as `npm run demo` does. */
function runDemo(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/tools/demo/main.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
    }
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, ...output });
    });
  });
}

function reportIn({ stdout, stderr }: Outcome): Report {
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    throw new Error(`no JSON came: ${stdout}${stderr}`);
  }
}

describe('npm run demo', () => {
  let folder: string;
  let app: TestApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confab-demo-spec-'));
    app = await startTestApp();
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('plays the first lines of a real log on a server of its own, whose database is killed meanwhile', async () => {
    const log = 'test/data/irc/2008-04-27.raw.txt';
    const outcome = await runDemo('--log', log, '--limit', '150', '--chaos', '1', '--json');

    expect(reportIn(outcome)).toMatchObject({
      isPerfect: true,
      log: { lines: 150, messages: 149, events: 1 },
      accounts: { speakers: 33, onlyActors: 1, listeners: 1 },
      sent: 149,
      stored: 149,
      received: { live: 149, fromHistory: 0 },
      outOfOrder: 0,
      gaps: 0,
      duplicates: 0,
      readSteps: 5,
      searches: { words: 12 },
      picture: { bytes: expect.any(Number), thumbnailBytes: expect.any(Number) },
      differences: [],
      interruptions: { databaseKills: 1 },
    });
    expect(outcome.exitCode).toBe(0);
    // Nothing for the eye where there is no terminal.
    expect(outcome.stderr).toBe('');
  });

  it('plays a log with answers, actions and unusual nicks on a server that is there, and prints a table', async () => {
    const log = join(folder, 'answers.raw.txt');
    await writeFile(log, '[04:46] <Chris|> ¿qué?\n=== bob has joined\n[04:46] <m1> eso 😀\n[04:47]  * M1 waves\n');
    await writeFile(join(folder, 'answers.replies.txt'), '0 2 -\n2 3 -\n3 3 -\n');

    const outcome = await runDemo('--log', log, '--url', app.url);
    expect(outcome.stdout).toMatch(/replies set +2 {2}of 2 annotated/);
    expect(outcome.stdout).toMatch(/threads +2 {2}2 of them read whole/);
    expect(outcome.stdout).toMatch(/wrong threads +0\n/);
    expect(outcome.stdout).toMatch(/wrong unread counts +0\n/);
    expect(outcome.stdout).toMatch(/words searched for +\d/);
    expect(outcome.stdout).toMatch(/wrong searches +0\n/);
    expect(outcome.stdout).toMatch(/bytes of a picture +\d+ {2}and \d+ of its thumbnail/);
    expect(outcome.stdout).toMatch(/wrong pictures +0\n/);
    expect(outcome.stdout).toMatch(/differences +0\n/);
    expect(outcome.exitCode).toBe(0);

    const reader = await aPerson(app);
    const channelId = await joinChannel(reader, 'answers');
    const { body } = await reader.api.get<MessagePage>(`/groups/${channelId}/messages`);
    const [picture, ...lines] = body.items;
    expect(picture?.attachments).toHaveLength(1);
    expect(lines.map(({ content, sender }) => [sender.displayName, content])).toEqual([
      ['M1', '* M1 waves'],
      ['m1', 'eso 😀'],
      ['Chris|', '¿qué?'],
    ]);
  });

  it('fails and names what differs when somebody else speaks in the channel', async () => {
    const stranger = await aPerson(app);
    const demo = runDemo('--log', 'test/data/irc/2008-04-27.raw.txt', '--limit', '150', '--url', app.url, '--json');
    const channelId = await joinChannel(stranger, '2008-04-27');
    // By then the listener of the demo is there and hears of what comes.
    const messages = app.connection.collection('messages');
    await eventually(async () => (await messages.countDocuments({ groupId: channelId })) > 0);
    await stranger.sendMessage(channelId, 'What is this?');

    const outcome = await demo;
    const report = reportIn(outcome);
    expect(report).toMatchObject({ isPerfect: false, sent: 149, stored: 150 });
    expect(report.differences.map(({ copy, kind }) => `${copy} ${kind}`)).toEqual(
      expect.arrayContaining(['stored unexpected', 'received unexpected']),
    );
    expect(outcome.exitCode).toBe(1);
  });

  it.each([
    ['without a log', []],
    ['with a log that is not there', ['--log', 'no-such-file.txt']],
  ])('explains itself %s', async (_what, args) => {
    const outcome = await runDemo(...args);
    expect(outcome.stderr).toMatch(/--log <file> is missing|no-such-file\.txt cannot be read/);
    expect(outcome.stderr).toContain('--help');
    expect(outcome.exitCode).toBe(2);
  });

  /** Joins the channel of a run, as soon as there is one: its name is the log's and a tag. */
  async function joinChannel(person: Person, title: string): Promise<string> {
    const groups = app.connection.collection<{ _id: string; name: string }>('groups');
    const { _id } = await eventually(
      async () => (await groups.findOne({ name: new RegExp(`^${title} `) })) ?? undefined,
    );
    await person.api.post(`/groups/${_id}/join`);
    return _id;
  }
});
