import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { ProcessYard } from '../support/confab-process.js';
import { freePort } from '../../tools/support/free-port.js';

/** Each tool that works on the database, with a command line that is good. */
const tools: Readonly<Record<string, readonly string[]>> = {
  'admin-grant': ['ada'],
  'attachments-check': [],
  seed: ['--users', '2', '--groups', '1', '--messages', '1'],
  'token-issue': ['--user', 'ada'],
  export: ['--group', 'Welcome'],
  import: ['--format', 'irc', 'log.txt', '--date', '2008-04-27', '--owner', 'ada'],
};

describe('a tool that cannot do its work', () => {
  const yard = new ProcessYard();
  // Many programs that start and end: seconds, but many on a machine that does other things.
  jest.setTimeout(60_000);
  let folder: string;
  beforeAll(async () => {
    folder = await yard.folder();
    await writeFile(join(folder, 'log.txt'), '[10:00] <ada> hello\n');
  });
  afterAll(() => yard.clear());

  const secret = 'a secret that is long enough for a server';

  /** One line that says what to do, and ends with 1; no stack. */
  async function expectOneLine(
    tool: string,
    args: readonly string[],
    environment: Record<string, string>,
    line: RegExp,
  ): Promise<void> {
    const given = args.map((arg) => (arg === 'log.txt' ? join(folder, arg) : arg));
    const ending = await yard.runTool(tool, { DATA_DIR: folder, JWT_SECRET: secret, ...environment }, given);
    expect({ tool, ...ending }).toEqual({
      tool,
      code: 1,
      signal: null,
      stdout: '',
      stderr: expect.stringMatching(line),
    });
    expect(ending.stderr.trimEnd().split('\n')).toHaveLength(1);
  }

  it.each(Object.entries(tools))('%s says that the database does not answer', async (tool, args) => {
    const away = { MONGODB_URI: 'mongodb://127.0.0.1:1', MONGODB_TIMEOUT_MS: '300' };
    await expectOneLine(tool, args, away, /^the database does not answer \(.*\)\. Check MONGODB_URI\.\n$/i);
  });

  it.each(Object.entries(tools))('%s says which setting is wrong', async (tool, args) => {
    await expectOneLine(tool, args, { MONGODB_URI: 'http://localhost' }, /^MONGODB_URI: .*\n$/);
  });

  it.each(['admin-grant', 'attachments-check', 'token-issue', 'export'])(
    '%s makes no database in a folder where there is none',
    async (tool) => {
      await expectOneLine(tool, tools[tool]!, {}, /^There is no database in .*\. Set DATA_DIR, or MONGODB_URI\.\n$/);
    },
  );

  it('the demo says that nobody is at its address', async () => {
    const ending = await yard.runTool('demo', {}, [
      '--log',
      join(folder, 'log.txt'),
      '--url',
      `http://127.0.0.1:${await freePort()}`,
    ]);
    expect(ending).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The demo failed: nobody answers at .*--url.*ECONNREFUSED.*\n$/),
    });
  });
});
