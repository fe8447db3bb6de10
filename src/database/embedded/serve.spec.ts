import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { aTemporaryFolder } from './embedded-mongodb.fixture.js';
import { TYPESCRIPT_FLAGS } from './typescript-program.fixture.js';

const SERVE = fileURLToPath(new URL('./serve.ts', import.meta.url));

function aServeProgram(...args: string[]) {
  return spawn(process.execPath, [...TYPESCRIPT_FLAGS, SERVE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs it to its end. */
async function outcomeOf(program: ReturnType<typeof aServeProgram>) {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'exit') as Promise<[number | null]>,
  ]);
  return { stdout, stderr, exitCode };
}

async function firstLine(program: ReturnType<typeof aServeProgram>): Promise<string> {
  const [line] = (await once(program.stdout.setEncoding('utf8'), 'data')) as [string];
  return line;
}

async function ping(uri: string): Promise<unknown> {
  const connection = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    return await connection.getClient().db('admin').command({ ping: 1 });
  } finally {
    await connection.close();
  }
}

describe('npm run db', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints one line, answers at that address, and ends on %s',
    async (signal) => {
      await using folder = await aTemporaryFolder();
      const program = aServeProgram('--data-dir', folder.path);
      const outcome = outcomeOf(program);

      const [, uri = ''] = /^MONGODB_URI=(mongodb:\/\/\S+)\n$/.exec(await firstLine(program)) ?? [];
      expect(await ping(uri)).toMatchObject({ ok: 1 });
      program.kill(signal);

      expect(await outcome).toEqual({ stdout: `MONGODB_URI=${uri}\n`, stderr: '', exitCode: 0 });
    },
  );

  it('prints JSON when asked', async () => {
    await using folder = await aTemporaryFolder();
    const program = aServeProgram('--json', '--data-dir', folder.path);
    const outcome = outcomeOf(program);

    const line = await firstLine(program);
    program.kill('SIGTERM');

    expect(JSON.parse(line)).toEqual({ MONGODB_URI: expect.stringMatching(/^mongodb:\/\//) });
    expect((await outcome).exitCode).toBe(0);
  });

  it('serves the folder of a server that was killed, once its engine has let it go', async () => {
    await using folder = await aTemporaryFolder();
    const killed = aServeProgram('--data-dir', folder.path);
    const line = await firstLine(killed);
    killed.kill('SIGKILL');

    const program = aServeProgram('--data-dir', folder.path);
    const outcome = outcomeOf(program);

    expect(await firstLine(program)).toBe(line);
    expect(await ping(line.trim().replace('MONGODB_URI=', ''))).toMatchObject({ ok: 1 });
    program.kill('SIGTERM');
    expect((await outcome).exitCode).toBe(0);
  });

  it('fails in one line when another serves the folder', async () => {
    await using folder = await aTemporaryFolder();
    const first = aServeProgram('--data-dir', folder.path);
    await firstLine(first);

    const refused = await outcomeOf(aServeProgram('--data-dir', folder.path));

    expect(refused).toEqual({
      stdout: '',
      stderr: `${folder.path} is in use by process ${String(first.pid)}; stop it, or set DATA_DIR to another folder\n`,
      exitCode: 1,
    });
    first.kill('SIGTERM');
    await once(first, 'exit');
  });

  it('explains itself, and fails in one line on an argument that it does not know', async () => {
    expect(await outcomeOf(aServeProgram('--help'))).toMatchObject({
      stdout: expect.stringContaining('Usage: npm run db'),
      exitCode: 0,
    });
    const refused = await outcomeOf(aServeProgram('--nope'));
    expect(refused).toMatchObject({ stdout: '', exitCode: 1 });
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  });
});
