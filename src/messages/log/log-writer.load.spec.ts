import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../../contract/limits.js';
import { eventually } from '../../../test/support/eventually.js';
import { openLogDatabase, type LogDatabase } from '../../../test/support/log-database.js';
import { LogNode, type Attempt } from '../../../test/support/log-node.js';
import { aSend } from '../../../test/support/log-operations.js';
import { newGroupId, newUserId, type GroupId } from '../../common/ids.js';

const ada = newUserId();

describe('LogWriter, when more comes than it can write', () => {
  let database: LogDatabase;
  beforeAll(async () => {
    database = await openLogDatabase();
  });
  afterAll(() => database.close());

  const isRefused = ({ failure }: Attempt) => failure !== undefined;

  it('refuses what goes beyond the limit of a group, and takes other groups still', async () => {
    const node = new LogNode(database);
    const [flooded, quiet] = [newGroupId(), newGroupId()];
    const release = await holdBusy(node, flooded);
    const { maxWaitingPerGroup } = limits.log;
    const attempts = Array.from({ length: maxWaitingPerGroup + 3 }, () => node.append(aSend(flooded, ada)));
    const other = node.append(aSend(quiet, ada));
    release();

    const answers = await Promise.all(attempts.map(({ answered }) => answered));
    expect(answers.findIndex(isRefused)).toBe(maxWaitingPerGroup);
    expect(answers.filter(isRefused).map(({ failure }) => failure)).toEqual(
      [1, 2, 3].map(() => expect.objectContaining({ code: 'unavailable', retryAfter: 1 })),
    );
    expect((await other.answered).outcome?.status).toBe('written');
    expect(await database.read(flooded)).toHaveLength(maxWaitingPerGroup + 1);
  });

  it('refuses what goes beyond the limit of all groups together', async () => {
    const node = new LogNode(database);
    const groupIds = Array.from({ length: 100 }, () => newGroupId());
    const release = await holdBusy(node, groupIds[0]!);
    const { maxWaiting } = limits.log;
    const attempts = Array.from({ length: maxWaiting + 2 }, (_none, index) =>
      node.append(aSend(groupIds[index % groupIds.length]!, ada)),
    );
    release();
    const answers = await Promise.all(attempts.map(({ answered }) => answered));
    expect(answers.findIndex(isRefused)).toBe(maxWaiting);
    expect(answers.filter(isRefused)).toHaveLength(2);
  });

  it('lets a group that floods delay another by one batch at most', async () => {
    const node = new LogNode(database);
    const [flooding, quiet] = [newGroupId(), newGroupId()];
    const release = await holdBusy(node, flooding);
    const flood = Array.from({ length: 900 }, () => node.append(aSend(flooding, ada)).answered);
    const other = node.append(aSend(quiet, ada));
    release();
    await Promise.all([...flood, other.answered]);

    expect(node.repository.batches[1]?.map(({ operation }) => operation)).toContain(other.attempt.operation);
  });

  it('lets a flood of repeats, each of which needs a write of its own, delay another group as little', async () => {
    const node = new LogNode(database);
    const [flooding, quiet] = [newGroupId(), newGroupId()];
    const release = await holdBusy(node, flooding);
    const flood = Array.from({ length: 100 }, () => node.append(aSend(flooding, ada, 'again')).answered);
    release();
    await flood[0];
    const writesBefore = node.repository.batches.length;
    const other = node.append(aSend(quiet, ada));
    await other.answered;
    // At most the one in flight, and its own.
    expect(node.repository.batches.length - writesBefore).toBeLessThanOrEqual(2);
    await Promise.all(flood);
  });

  /** Brings the writer into the middle of a write that goes on until the returned function is called. */
  async function holdBusy(node: LogNode, groupId: GroupId): Promise<() => void> {
    const held = Promise.withResolvers<undefined>();
    node.repository.hold.write = held.promise;
    node.append(aSend(groupId, ada));
    await eventually(() => node.repository.batches.length === 1);
    return () => {
      held.resolve(undefined);
    };
  }
});
