import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ProcessYard } from '../support/confab-process.js';
import { freePort } from '../../tools/support/free-port.js';
import { S3Server } from '../support/s3-server.js';

describe('a server that keeps attachments in a bucket', () => {
  const yard = new ProcessYard();
  let store: S3Server;
  beforeAll(async () => {
    store = await S3Server.start();
  });
  afterAll(async () => {
    await yard.clear();
    await store.stop();
  });

  it('starts when the bucket is there', async () => {
    const server = yard.start({ ...store.settings, DATA_DIR: await yard.folder() });
    await server.ready();
    expect(server.stderr).toBe('');
  });

  it.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    [
      'the bucket is not there',
      () => Promise.resolve({ S3_BUCKET: 'another' }),
      /the bucket another is not there\. .*S3_BUCKET/,
    ],
    [
      'the bucket is not for it',
      () => Promise.resolve({ S3_ACCESS_KEY_ID: 'someone', S3_SECRET_ACCESS_KEY: 'hush-hush' }),
      /refuses access to the bucket attachments\. .*S3_ACCESS_KEY_ID/,
    ],
    [
      'there is no store',
      async () => ({ S3_ENDPOINT: `http://127.0.0.1:${await freePort()}` }),
      /the store of attachments does not answer \(ECONNREFUSED.*\)\. Check S3_ENDPOINT\./,
    ],
  ])('ends with one line when %s', async (_what, environment, line) => {
    const settings = { ...store.settings, ...(await environment()), DATA_DIR: await yard.folder() };
    const { code, stdout, stderr } = await yard.run(settings);
    expect({ code, ready: stdout.includes('is ready') }).toEqual({ code: 1, ready: false });
    const lines = stderr.split('\n').filter((text) => text !== '');
    expect(lines).toEqual([expect.stringMatching(/^Confab cannot start: /)]);
    expect(lines[0]).toMatch(line);
    expect(stdout + stderr).not.toContain('hush-hush');
  });
});
