import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';

import { ProcessYard, type ConfabProcess } from '../support/confab-process.js';
import { aPerson } from '../support/people.js';

const text = 'marker-of-a-message';

describe('the log of what the database refused', () => {
  const yard = new ProcessYard();
  // A whole server as a process of its own, on a machine that does other things.
  jest.setTimeout(90_000);
  let server: ConfabProcess;
  let url: string;
  let connection: Connection;
  beforeAll(async () => {
    const MONGODB_URI = process.env['CONFAB_TEST_MONGODB_URI'] ?? '';
    const DATABASE_NAME = `log-${crypto.randomUUID().slice(0, 8)}`;
    server = yard.start({ MONGODB_URI, DATABASE_NAME, DATA_DIR: await yard.folder(), DEFAULT_DATA: 'false' });
    url = await server.ready();
    connection = await mongoose.createConnection(MONGODB_URI, { dbName: DATABASE_NAME }).asPromise();
  });
  afterAll(async () => {
    await yard.clear();
    await connection.dropDatabase();
    await connection.close();
  });

  it('says what was wrong and where, and not what was to be stored', async () => {
    const ada = await aPerson({ url, api: `${url}/api/v1` });
    const { id } = await ada.createGroup();
    // No entry can stand in an index by two lists at once.
    await connection.collection('messages').createIndex({ revs: 1, mentions: 1 }, {}, {});
    // Past the client of the tests, which takes no answer that is not documented.
    const answer = await fetch(`${url}/api/v1/groups/${id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.tokens.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: text }),
    });
    expect(answer.status).toBe(500);
    await server.stop();
    const [line] = server.log.filter(({ msg }) => msg === 'a request failed');
    expect(line).toMatchObject({
      err: { type: 'MongoBulkWriteError', message: expect.stringContaining('parallel arrays') },
    });
    expect((line?.['err'] as { stack: string }).stack).toContain('log.repository.js');
    expect(`${server.stdout}${server.stderr}`).not.toContain(text);
  });
});
