import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

import { SpoolSweep } from './spool-sweep.js';
import { eventually } from '../../../test/support/eventually.js';

const hourMs = 3_600_000;

async function aSpoolOfAge(ageMs: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-picture-1-'));
  await writeFile(join(folder, 'input'), 'a picture as it came');
  const made = new Date(Date.now() - ageMs);
  await utimes(folder, made, made);
  return folder;
}

it('the pictures that a killed server has left are removed, and no others', async () => {
  const [left, used] = [await aSpoolOfAge(2 * hourMs), await aSpoolOfAge(hourMs / 2)];
  const sweep = new SpoolSweep();
  sweep.onApplicationBootstrap();
  await eventually(() => !existsSync(left));
  await sweep.beforeApplicationShutdown();
  expect(existsSync(join(used, 'input'))).toBe(true);
  await rm(used, { recursive: true });
});
