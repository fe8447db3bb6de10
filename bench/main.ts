/** The program of `npm run bench`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import { fanout } from './benchmarks/fanout.js';
import { history } from './benchmarks/history.js';
import { idle } from './benchmarks/idle.js';
import { lists } from './benchmarks/lists.js';
import { monitoring } from './benchmarks/monitoring.js';
import { nodes } from './benchmarks/nodes.js';
import { observatory } from './benchmarks/observatory.js';
import { reconnect } from './benchmarks/reconnect.js';
import { relays } from './benchmarks/relays.js';
import { rest } from './benchmarks/rest.js';
import { send } from './benchmarks/send.js';
import type { Benchmark } from './support/benchmark.js';
import { readOptions, usage, type Options } from './support/options.js';
import { summarise } from './support/profile-summary.js';
import type { Row } from './support/rows.js';
import { Stage } from './support/stage.js';
import { table } from './support/table.js';

const benchmarks: Benchmark[] = [
  send,
  rest,
  fanout,
  history,
  lists,
  idle,
  reconnect,
  monitoring,
  nodes,
  relays,
  observatory,
];

async function main(): Promise<void> {
  const options = askedFor();
  if (options === undefined) return;
  if (options === null) {
    process.stdout.write(usage(benchmarks));
    return;
  }
  process.stdout.write(`${conditions(options)}\n`);
  const results: Record<string, Row[]> = {};
  const { names } = options;
  for (const benchmark of benchmarks) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue;
    try {
      results[benchmark.name] = await run(benchmark, options);
    } catch (error) {
      // One that fails takes nothing from the others.
      complain(error);
    }
  }
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(document(options, results), null, 2)}\n`);
}

/** @returns `null` for help; `undefined` after a complaint about what was typed */
function askedFor(): Options | null | undefined {
  try {
    return readOptions(
      process.argv.slice(2),
      benchmarks.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

/** What a reader of the tables must know. */
function conditions({ rounds, measureMs, isPinned, isBaselineDurable }: Options): string {
  return [
    `Medians of ${rounds} rounds of ${measureMs / 1000} s; ${isPinned ? 'server and database on one CPU' : 'no CPU reserved'}.`,
    isBaselineDurable
      ? 'The baseline writes with w: 1, j: true, as ours does here: both wait for the journal.'
      : 'The baseline writes with w: "majority", j: true, which the embedded engine answers before its journal has the write; ours waits for the journal.',
    'CPU %: main thread of the server / database / main thread of the load.',
  ].join('\n');
}

/** Each benchmark has a database, servers and load generators of its own, and ends them. */
async function run(benchmark: Benchmark, options: Options): Promise<Row[]> {
  process.stderr.write(`${benchmark.name}: ${benchmark.about}\n`);
  const stage = await Stage.set(options);
  const stopOnSignal = () => void stage.clear().finally(() => process.exit(130));
  process.once('SIGINT', stopOnSignal);
  process.once('SIGTERM', stopOnSignal);
  try {
    const rows = await benchmark.run(stage);
    process.stdout.write(`\n${benchmark.name}\n${table(rows)}\n`);
    if (options.profile !== null) writeProfiles(stage, options.profile);
    return rows;
  } finally {
    process.off('SIGINT', stopOnSignal);
    process.off('SIGTERM', stopOnSignal);
    await stage.clear();
  }
}

function writeProfiles(stage: Stage, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [label, profiles] of stage.profiles) {
    for (const [index, profile] of profiles.entries()) {
      const name = `${label.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${index + 1}.cpuprofile`;
      writeFileSync(join(folder, name), JSON.stringify(profile));
    }
    const { functions, packages, ours } = summarise(profiles, 15);
    process.stdout.write(`\nCPU of our server, ${label}\n`);
    for (const [title, shares] of Object.entries({
      'by itself, functions': functions,
      'by itself, packages': packages,
      'with what it calls, ours': ours,
    })) {
      const lines = shares.map(({ name, percent }) => `${percent.toFixed(1).padStart(6)} %  ${name}`);
      process.stdout.write(`${title}\n${lines.join('\n')}\n`);
    }
  }
}

function document(options: Options, results: Record<string, Row[]>): unknown {
  const { rounds, warmUpMs, measureMs, isPinned, isBaselineDurable } = options;
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  return {
    at: new Date().toISOString(),
    machine,
    settings: { rounds, warmUpMs, measureMs, isPinned, isBaselineDurable },
    results,
  };
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}

main().catch(complain);
