import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { limits } from '../../../contract/limits.js';
import type { WriteFault } from '../../../test/support/faulty-log-repository.js';
import { eventually } from '../../../test/support/eventually.js';
import { openLogDatabase, type LogDatabase } from '../../../test/support/log-database.js';
import { LogNode } from '../../../test/support/log-node.js';
import { aSend } from '../../../test/support/log-operations.js';
import { newGroupId, newUserId } from '../../common/ids.js';

const ada = newUserId();
const unavailable = expect.objectContaining({ code: 'unavailable', retryAfter: 1 });
const lost: WriteFault = { kind: 'lost_at', index: 0 };

describe('LogWriter, when the database does not answer', () => {
  let database: LogDatabase;
  beforeAll(async () => {
    // The outages are of our own making: nobody needs to read of them.
    Logger.overrideLogger(false);
    database = await openLogDatabase();
  });
  afterAll(() => database.close());

  it('waits through an outage that is shorter than the limit', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    node.repository.writeFaults = Array.from({ length: 20 }, () => lost);
    const { answered } = node.append(aSend(groupId, ada));
    await eventually(() => node.repository.batches.length > 10);
    node.clock.advance(limits.log.maxWaitMs - 1);

    expect((await answered).outcome?.status).toBe('written');
    expect(node.announced).toEqual(await database.read(groupId));
  });

  it('answers unavailable when the outage is longer, and writes nothing later', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    node.repository.writeFaults = Array.from({ length: 100_000 }, () => lost);
    const { answered } = node.append(aSend(groupId, ada));
    await eventually(() => node.repository.batches.length > 3);
    node.clock.advance(limits.log.maxWaitMs);
    expect((await answered).failure).toEqual(unavailable);

    await node.recover();
    expect(await database.read(groupId)).toEqual([]);
    expect(node.announced).toEqual([]);
  });

  it.each(['write', 'end', 'lookup'] as const)('keeps to the limit while a call (%s) hangs', async (kind) => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    if (kind === 'lookup') node.repository.writeFaults = [lost];
    const held = Promise.withResolvers<undefined>();
    node.repository.hold[kind] = held.promise;
    const { answered } = node.append(aSend(groupId, ada));
    await eventually(() => node.repository.isHolding(kind));
    node.clock.advance(limits.log.maxWaitMs);
    expect((await answered).failure).toEqual(unavailable);

    held.resolve(undefined);
    await node.recover();
    // What had been sent to the database when the sender gave up is stored, and then it is announced.
    const stored = await database.read(groupId);
    expect(stored).toHaveLength(kind === 'write' ? 1 : 0);
    expect(node.announced).toEqual(stored);
  });

  it('announces what was stored although its sender had been told to send again, and knows the repeat', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    node.repository.writeFaults = [{ kind: 'lost_after' }];
    const held = Promise.withResolvers<undefined>();
    node.repository.hold.lookup = held.promise;
    const first = node.append(aSend(groupId, ada, 'id'));
    await eventually(() => node.repository.isHolding('lookup'));
    node.clock.advance(limits.log.maxWaitMs);
    expect((await first.answered).failure).toEqual(unavailable);

    const again = node.append(aSend(groupId, ada, 'id'));
    held.resolve(undefined);
    await again.answered;
    const [stored, ...more] = await database.read(groupId);
    expect(more).toEqual([]);
    expect(again.attempt.outcome).toEqual({ status: 'repeated', record: stored });
    expect(node.announced).toEqual([stored]);
  });

  it('does not hold what waits without end: past the limit newcomers are refused at once', async () => {
    const node = new LogNode(database);
    node.repository.writeFaults = Array.from({ length: 100_000 }, () => lost);
    const groupId = newGroupId();
    const attempts = Array.from({ length: 2 * limits.log.maxWaitingPerGroup }, () => node.append(aSend(groupId, ada)));
    await Promise.race(attempts.map(({ answered }) => answered));
    const refused = attempts.filter(({ attempt }) => attempt.failure !== undefined);
    expect(refused.length).toBeGreaterThanOrEqual(limits.log.maxWaitingPerGroup);
    node.repository.writeFaults = [];
    await Promise.all(attempts.map(({ answered }) => answered));
  });

  it('ends with the process when the database is gone for good, and leaves nobody without an answer', async () => {
    const node = new LogNode(database);
    node.repository.writeFaults = Array.from({ length: 100_000 }, () => lost);
    node.repository.lookupFaults = Array.from({ length: 100_000 }, () => true);
    const { answered } = node.append(aSend(newGroupId(), ada));
    await eventually(() => node.repository.lookupFaults.length < 100_000);
    const closed = node.writer.beforeApplicationShutdown();
    node.clock.advance(limits.log.maxWaitMs);

    await closed;
    expect((await answered).failure).toEqual(unavailable);
  });

  it('writes what was accepted before it ends', async () => {
    const node = new LogNode(database);
    const groupId = newGroupId();
    const attempts = Array.from({ length: 700 }, () => node.append(aSend(groupId, ada)));
    await node.writer.beforeApplicationShutdown();
    expect(attempts.filter(({ attempt }) => attempt.outcome?.status !== 'written')).toEqual([]);
    expect(await database.read(groupId)).toHaveLength(700);
  });
});
