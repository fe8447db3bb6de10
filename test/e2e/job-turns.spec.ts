import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';

import { jobTurnModel, jobTurnSchema, type JobTurnRecord } from '../../src/nodes/job-turn.schema.js';
import { JobTurnsRepository } from '../../src/nodes/job-turns.repository.js';
import { eventually } from '../support/eventually.js';

describe('the turn at a job that one node does for all', () => {
  let connection: Connection;
  let turns: JobTurnsRepository;
  beforeAll(async () => {
    const dbName = `t-${randomUUID().slice(0, 30)}`;
    connection = await mongoose.createConnection(process.env['CONFAB_TEST_MONGODB_URI'] ?? '', { dbName }).asPromise();
    turns = new JobTurnsRepository(connection.model<JobTurnRecord>(jobTurnModel, jobTurnSchema));
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('is given to one of many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, node) => turns.take('a', `node ${node}`, 60_000)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('stays with whoever has it, and is refused to others, until its time is over', async () => {
    expect(await turns.take('b', 'one', 60_000)).toBe(true);
    expect(await turns.take('b', 'one', 300)).toBe(true);
    expect(await turns.take('b', 'two', 60_000)).toBe(false);
    await eventually(() => turns.take('b', 'two', 60_000));
    expect(await turns.take('b', 'one', 60_000)).toBe(false);
  });

  it('is another one for each job', async () => {
    expect(await turns.take('c', 'one', 60_000)).toBe(true);
    expect(await turns.take('d', 'two', 60_000)).toBe(true);
  });
});
