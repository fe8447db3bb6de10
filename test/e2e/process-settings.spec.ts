import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, describe, expect, it, jest } from '@jest/globals';

import { settingDefinitions } from '../../src/config/setting-definitions.js';
import { ProcessYard } from '../support/confab-process.js';

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

describe('the settings of the program', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  afterAll(() => yard.clear());

  it('lists every setting with --help, and starts nothing', async () => {
    const { code, stdout, stderr } = await yard.run({ DATA_DIR: '/nowhere/at/all' }, ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of Object.keys(settingDefinitions))
      expect(stdout).toMatch(new RegExp(`^  ${name}=.*\\n {6}\\S`, 'm'));
  });

  it('tells all faults of the settings at once, one line each, and ends with 1', async () => {
    const { code, stdout, stderr } = await yard.run({
      PORT: 'eighty',
      DATABASE_NAME: 'no spaces, please',
      ACCESS_TOKEN_TTL: '30 minutes',
      RATE_LIMIT_ENABLED: 'ture',
      LOG_LEVEL: 'loud',
      MONGODB_URI: 'http://localhost',
      CORS_ORIGINS: 'https://chat.example.org/path',
      JWT_SECRET: 'short-secret',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const [first, ...faults] = linesOf(stderr);
    expect(first).toBe('Confab cannot start: the settings are not valid.');
    const named = faults.map((line) => /^ {2}([A-Z_]+): \S.*$/.exec(line)?.[1]).sort();
    expect(named).toEqual([
      'ACCESS_TOKEN_TTL',
      'CORS_ORIGINS',
      'DATABASE_NAME',
      'JWT_SECRET',
      'LOG_LEVEL',
      'MONGODB_URI',
      'PORT',
      'RATE_LIMIT_ENABLED',
    ]);
    expect(stderr).not.toContain('short-secret');
  });

  it.each([
    ['no secret', {}],
    ['an empty secret', { JWT_SECRET: '' }],
    ['a short secret', { JWT_SECRET: 'only-thirty-one-characters-long' }],
  ])('refuses production with %s in one clear line, and makes none of its own', async (_what, secret) => {
    const DATA_DIR = await yard.folder();
    const environment = { NODE_ENV: 'production', DATA_DIR, BCRYPT_ROUNDS: '10', ...secret };
    const { code, stdout, stderr } = await yard.run(environment);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(linesOf(stderr)).toEqual([
      'Confab cannot start: the settings are not valid.',
      expect.stringMatching(/^ {2}JWT_SECRET: .*at least 32 bytes/),
    ]);
    expect(stderr).not.toContain('only-thirty-one');
    await expect(stat(join(DATA_DIR, 'jwt-secret'))).rejects.toThrow('ENOENT');
  });

  it('refuses default data and cheap hashes in production', async () => {
    const { code, stderr } = await yard.run({
      NODE_ENV: 'production',
      DATA_DIR: await yard.folder(),
      JWT_SECRET: 'x'.repeat(32),
      DEFAULT_DATA: 'true',
      BCRYPT_ROUNDS: '4',
    });
    expect(code).toBe(1);
    expect(linesOf(stderr).slice(1)).toEqual([
      expect.stringMatching(/^ {2}BCRYPT_ROUNDS: /),
      expect.stringMatching(/^ {2}DEFAULT_DATA: /),
    ]);
  });
});
