import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';

import type { WriteFault } from '../../../test/support/faulty-log-repository.js';
import { openLogDatabase, type LogDatabase } from '../../../test/support/log-database.js';
import { LogNode } from '../../../test/support/log-node.js';
import { expectSoundLog } from '../../../test/support/log-oracle.js';
import { LogStory, type Step } from '../../../test/support/log-story.js';

const small = fc.nat({ max: 7 });
const node = fc.nat({ max: 1 });

const send: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('send'),
  node,
  group: small,
  sender: small,
  clientMessageId: fc.option(fc.nat({ max: 1 }), { freq: 2, nil: null }),
});
const change: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('change'),
  node,
  group: small,
  message: fc.nat({ max: 2 }),
  verb: fc.constantFrom('edit', 'delete', 'restore'),
  isStale: fc.boolean(),
});
const settle: fc.Arbitrary<Step> = fc.constant({ kind: 'settle' });
const turn: fc.Arbitrary<Step> = fc.constant({ kind: 'turn' });
const outlast: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('outlast'), node });

const fault: fc.Arbitrary<WriteFault> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<WriteFault>({ kind: 'none' }) },
  fc.record({ kind: fc.constant('lost_at'), index: small }),
  fc.constant<WriteFault>({ kind: 'lost_after' }),
  fc.record({ kind: fc.constant('place_taken_at'), index: small }),
);
const late = fc.constant<WriteFault>({ kind: 'late' });

function faultsOf(writeFault: fc.Arbitrary<WriteFault>) {
  const readFaults = fc.array(fc.boolean(), { maxLength: 4 });
  return fc.record({
    writeFaults: fc.array(writeFault, { maxLength: 8 }),
    endFaults: readFaults,
    lookupFaults: readFaults,
  });
}

function steps(more: { weight: number; arbitrary: fc.Arbitrary<Step> }[]): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: send },
      { weight: 6, arbitrary: change },
      { weight: 2, arbitrary: settle },
      { weight: 3, arbitrary: turn },
      ...more,
    ),
    { minLength: 1, maxLength: 40 },
  );
}

describe('LogWriter, whatever is sent and whatever fails', () => {
  let database: LogDatabase;
  beforeAll(async () => {
    // The outages are of our own making: nobody needs to read of them.
    Logger.overrideLogger(false);
    database = await openLogDatabase();
  });
  afterAll(() => database.close());

  type Faults = Pick<LogNode['repository'], 'writeFaults' | 'endFaults' | 'lookupFaults'>;

  async function tell(story: readonly Step[], planned: readonly Faults[]): Promise<void> {
    const nodes = planned.map((faultsOfNode) => {
      const one = new LogNode(database);
      // Copies: they are used up, and fast-check tells the same story again when it looks for a shorter one.
      Object.assign(one.repository, structuredClone(faultsOfNode));
      return one;
    });
    const told = new LogStory(nodes);
    await told.tell(story);
    await expectSoundLog(database, told, nodes);
  }

  const none = fc.constant<Faults>({ writeFaults: [], endFaults: [], lookupFaults: [] });

  it.each([
    ['two nodes write the same groups', fc.tuple(none, none), [], 30],
    ['one node loses its connection', fc.tuple(faultsOf(fc.oneof(fault, late))), [], 60],
    ['two nodes write the same groups and lose their connections', fc.tuple(faultsOf(fault), faultsOf(fault)), [], 100],
    ['some waited too long, too', fc.tuple(faultsOf(fault), faultsOf(fault)), [{ weight: 2, arbitrary: outlast }], 60],
  ] as const)('keeps its promises when %s', async (_when, planned, more, numRuns) => {
    // A story that does not end within the time has left somebody without an answer.
    await fc.assert(fc.asyncProperty(steps([...more]), planned, tell), {
      numRuns,
      timeout: 8_000,
      interruptAfterTimeLimit: 15_000,
    });
  });
});
