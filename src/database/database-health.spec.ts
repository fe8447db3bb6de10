import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';

import { DatabaseHealth } from './database-health.js';

describe('DatabaseHealth', () => {
  let connection: Connection;
  beforeAll(async () => {
    const uri = process.env['CONFAB_TEST_MONGODB_URI'];
    if (uri === undefined) throw new Error('the global setup of the tests has not run');
    connection = await mongoose.createConnection(uri, { monitorCommands: true }).asPromise();
  });
  afterAll(() => connection.close());

  it('asks the database once for all who want to know at the same time', async () => {
    const health = new DatabaseHealth(connection);
    let pings = 0;
    connection.getClient().on('commandStarted', ({ commandName }) => {
      if (commandName === 'ping') pings += 1;
    });
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => health.answers())))).toEqual(new Set([true]));
    expect(pings).toBe(1);
    expect(await health.answers()).toBe(true);
    expect(pings).toBe(2);
  });
});
