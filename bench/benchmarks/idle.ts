import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Transport } from '../load/chat-connection.js';
import type { Benchmark } from '../support/benchmark.js';
import { residentBytes } from '../support/cpu.js';
import { JobFailed } from '../support/generator.js';
import { maxOpenFiles } from '../support/open-files.js';
import { row, skipped, type Row } from '../support/rows.js';
import type { Stage } from '../support/stage.js';
import type { Account, Target } from '../support/target.js';

/** Groups of the idle people. */
const groupSize = 10;
/** Connections that come and go before: what is loaded and compiled for the first ones belongs to none. */
const firstComers = 200;
const settleMs = 1_000;
/** Files that the server and the load generator have open beside their connections. */
const otherFiles = 200;
const measure = 'bytes a connection';

export const idle: Benchmark = {
  name: 'idle',
  about: 'resident memory of the server for each idle connection: Socket.IO, plain WebSocket, bare Socket.IO',
  async run(stage) {
    const { connections, rounds } = stage.options;
    assertRoomFor(connections);
    const scene = `${connections} idle`;
    const database = `idle-${randomUUID().slice(0, 8)}`;
    stage.say(`  makes ${connections} accounts`);
    const maker = await stage.confab({ database });
    const people = await enter(maker, connections);
    await stage.dismiss(maker);

    const ofConfab = async (transport: Transport) => {
      const target = await stage.confab({ database, isInspected: true });
      return bytesEach(stage, target, people, transport);
    };
    const ofBaseline = async () => {
      const target = await stage.baseline('store', { isInspected: true });
      return bytesEach(stage, target, await enter(target, connections), 'socket.io');
    };

    const found: Record<'socketIo' | 'plain' | 'bare', number[]> = { socketIo: [], plain: [], bare: [] };
    let missing: string | null = null;
    for (let round = 1; round <= rounds; round += 1) {
      found.socketIo.push(await ofConfab('socket.io'));
      found.bare.push(await ofBaseline());
      if (missing === null) {
        try {
          found.plain.push(await ofConfab('plain'));
        } catch (error) {
          // A path that nobody serves is answered with 404, or not at all.
          if (!(error instanceof JobFailed && [404, 0].includes(error.httpStatus ?? -1))) throw error;
          missing = `the server has no /ws (${error.message})`;
        }
      }
      const bytes = Object.entries(found).map(([name, all]) => `${name} ${Math.round(all.at(-1) ?? Number.NaN)}`);
      stage.say(`  ${scene}, round ${round}, bytes each: ${bytes.join(', ')}`);
    }
    return rowsOf(scene, found, missing);
  },
};

function rowsOf(scene: string, found: Record<'socketIo' | 'plain' | 'bare', number[]>, missing: string | null): Row[] {
  const socketIo = row({ scene: `${scene}, Socket.IO`, measure, confab: found.socketIo, baseline: found.bare });
  if (missing !== null) return [socketIo, skipped(`${scene}, plain WebSocket`, measure, missing)];
  const figure = { atMost: 0.6 };
  const plain = (baseline: readonly number[]) => ({ scene: `${scene}, plain`, measure, confab: found.plain, baseline });
  return [
    socketIo,
    row({ ...plain(found.socketIo), figure, note: 'the baseline of the first row is our Socket.IO connection' }),
    // The first ratio is the better the more our own Socket.IO connection costs; this one is not.
    row({ ...plain(found.bare), note: 'the baseline of the second row is a bare Socket.IO connection' }),
  ];
}

/** A server without room would only be slow to answer, and the benchmark would wait for it in vain. */
function assertRoomFor(connections: number): void {
  const room = maxOpenFiles();
  if (room === null || connections + otherFiles <= room) return;
  throw new Error(
    `idle: ${connections} connections need more open files than the ${room} of a process here (ulimit -n)`,
  );
}

/** So many people in groups of some. */
async function enter(target: Target, count: number): Promise<Account[]> {
  const people = await target.people(count);
  for (let first = 0; first < count; first += groupSize) await target.group(people.slice(first, first + groupSize));
  return people;
}

/** What the server's resident memory grows by for each connection, rubbish collected; the server is ended then. */
async function bytesEach(
  stage: Stage,
  target: Target,
  people: readonly Account[],
  transport: Transport,
): Promise<number> {
  const generator = await stage.generator();
  const tokens = people.map(({ token }) => token);
  const open = (some: readonly string[]) => generator.perform('connect', { url: target.url, transport, tokens: some });
  try {
    await open(tokens.slice(0, firstComers));
    await generator.perform('disconnect', null);
    const before = await settled(target);
    await open(tokens);
    return ((await settled(target)) - before) / tokens.length;
  } finally {
    await stage.dismiss(generator, target);
  }
}

async function settled({ pid, inspector }: Target): Promise<number> {
  await pause(settleMs);
  await inspector?.collectGarbage();
  const bytes = residentBytes(pid);
  if (bytes === null) throw new Error('the memory of a process can be read on Linux only');
  return bytes;
}
