import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';

import { onCommandEnded, type CommandTime } from './command-times.js';
import { filterShape } from './filter-shape.js';

describe('onCommandEnded', () => {
  const name = `command-times-${process.pid}`;
  let connection: Connection;
  let other: Connection;
  let seen: CommandTime[] = [];
  const connect = () => {
    const uri = process.env['CONFAB_TEST_MONGODB_URI'];
    if (uri === undefined) throw new Error('the global setup of the tests has not run');
    return mongoose.createConnection(uri, { dbName: name }).asPromise();
  };
  beforeAll(async () => {
    [connection, other] = await Promise.all([connect(), connect()]);
    onCommandEnded(connection.getClient(), (time) => seen.push(time));
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await Promise.all([connection.close(), other.close()]);
  });

  const during = async (work: () => Promise<unknown>) => {
    seen = [];
    await work();
    return seen.map(({ command, durationMs, hasFailed }) => {
      expect(durationMs).toBeGreaterThan(0);
      return [Object.keys(command)[0], filterShape(command), hasFailed ? 'failed' : 'answered'];
    });
  };

  it('tells of each command of its client, by name and shape', async () => {
    const things = connection.collection('things');
    expect(await during(() => things.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]))).toEqual([
      ['insert', null, 'answered'],
    ]);
    expect(await during(() => things.find({ n: { $gt: 0 } }, { batchSize: 2 }).toArray())).toEqual([
      ['find', '{n:{$gt}}', 'answered'],
      ['getMore', null, 'answered'],
    ]);
    expect(await during(() => things.updateOne({ n: 1 }, { $set: { n: 4 } }))).toEqual([['update', '{n}', 'answered']]);
    expect(await during(() => things.bulkWrite([{ deleteOne: { filter: { n: 2 } } }]))).toEqual([
      ['delete', '{n}', 'answered'],
    ]);
    expect(await during(() => connection.db!.command({ ping: 1 }))).toEqual([['ping', null, 'answered']]);
  });

  it('tells that one failed, and leaves the failure to whoever gave the command', async () => {
    const failing = () => connection.db!.command({ find: 'things', filter: { $nothing: 1 } });
    expect(await during(() => expect(failing()).rejects.toThrow('$nothing'))).toEqual([
      ['find', '{$nothing}', 'failed'],
    ]);
  });

  it('tells nothing of another client', async () => {
    expect(await during(() => other.collection('things').countDocuments({ n: 1 }))).toEqual([]);
  });
});
