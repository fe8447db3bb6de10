import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { GroupChanges, SyncAnswer } from '../../contract/events.js';
import type { SyncRequest } from '../../contract/requests.js';
import type { MessageView } from '../../contract/views.js';
import { CatchUp } from './catch-up.js';
import { GroupLogFixture, type LogStep } from './group-log.fixture.js';
import type { LogChange } from './log-change.js';
import { ProblemError } from './problem-error.js';

const me = 'me';

const logStep: fc.Arbitrary<LogStep> = fc.oneof(
  fc.record({ do: fc.constant('create' as const), by: fc.constant('ada'), mentions: fc.constant([]) }),
  fc.record({ do: fc.constant('edit' as const), target: fc.nat(10) }),
  fc.record({ do: fc.constant('delete' as const), target: fc.nat(10) }),
);

/** Answers `sync` for some logs, a few changes a page; the logs go on between the pages, and some answers are lost. */
class PagingServer {
  constructor(
    readonly logs: ReadonlyMap<string, GroupLogFixture>,
    private readonly pageSize: number,
    private readonly between: LogStep[],
    private readonly losses: boolean[],
  ) {}

  readonly sync = async ({ groups = {} }: SyncRequest): Promise<SyncAnswer> => {
    await Promise.resolve();
    const step = this.between.shift();
    if (step !== undefined) for (const log of this.logs.values()) log.take(step);
    if (this.losses.shift() === true) throw ProblemError.local('no_answer');
    const answers = Object.entries(groups).map(([groupId, position]): GroupChanges => {
      const log = this.logs.get(groupId)!;
      const all = log
        .changesSince(position.rev, log.rev)
        .map((change) => (change as LogChange & { message: MessageView }).message);
      const changes = all.slice(0, this.pageSize);
      const rev = changes.at(-1)?.rev ?? position.rev;
      return { groupId, epoch: log.epoch, rev, changes, hasMore: changes.length < all.length, reset: false };
    });
    return { groups: answers, joined: [], left: [] };
  };
}

/** Runs a catch-up from given places to its end. */
async function catchUp(server: PagingServer, from: ReadonlyMap<string, number>) {
  const result = new Map<string, { changes: readonly LogChange[]; rev: number }>();
  const done = Promise.withResolvers<null>();
  const catching = new CatchUp({
    // An aborted signal makes every wait a short one: time is not what these tests are about.
    signal: AbortSignal.abort(),
    isOnline: () => true,
    sync: server.sync,
    positionOf: (groupId) => ({ rev: from.get(groupId) ?? 0, epoch: server.logs.get(groupId)!.epoch }),
    onChanges: (groupId, changes, rev) => {
      result.set(groupId, { changes, rev });
      if (result.size === from.size) done.resolve(null);
    },
    onReset: done.reject,
    onLeft: done.reject,
    onJoined: done.reject,
  });
  for (const groupId of from.keys()) catching.want(groupId);
  await done.promise;
  return result;
}

describe('CatchUp', () => {
  it('hands over every change in its latest state, though the log goes on between the pages', async () => {
    const scenario = fc.record({
      steps: fc.array(fc.array(logStep, { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 4 }),
      from: fc.nat(10),
      pageSize: fc.integer({ min: 1, max: 6 }),
      between: fc.array(logStep, { maxLength: 10 }),
      losses: fc.array(fc.boolean(), { maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ steps, from, pageSize, between, losses }) => {
        const logs = new Map(steps.map((each, index) => [`g${index}`, new GroupLogFixture(me, each)]));
        const starts = new Map([...logs].map(([id, log]) => [id, Math.min(from, log.rev)]));
        const server = new PagingServer(logs, pageSize, [...between], [...losses]);
        const result = await catchUp(server, starts);
        for (const [id, log] of logs) {
          const { changes, rev } = result.get(id)!;
          const expected = log.changesSince(starts.get(id)!, rev);
          expect(changes.toSorted((a, b) => a.rev - b.rev)).toEqual(expected);
          // Nothing that was there at the start is missing.
          expect(rev).toBeGreaterThanOrEqual(starts.get(id)!);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('asks for many groups in one call', async () => {
    const logs = new Map(
      ['a', 'b', 'c'].map((id) => [id, new GroupLogFixture(me, [{ do: 'create', by: me, mentions: [] }])]),
    );
    const server = new PagingServer(logs, 10, [], []);
    const asked: string[][] = [];
    const counting = Object.assign(Object.create(server) as PagingServer, {
      sync: (request: SyncRequest) => {
        asked.push(Object.keys(request.groups ?? {}));
        return server.sync(request);
      },
    });
    await catchUp(
      counting,
      new Map([
        ['a', 0],
        ['b', 0],
        ['c', 0],
      ]),
    );
    expect(asked).toEqual([['a', 'b', 'c']]);
  });
});
