import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../support/eventually.js';
import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const files = ['deploy/grafana/confab.json', 'deploy/prometheus/confab.rules.yml'];
/** Prometheus has it of every target by itself. */
const ofPrometheus = new Set(['up']);
/** What stands in an expression and is no metric. */
const words = /\b(?:confab|nodejs|process)_[a-z0-9_]+\b|\bup(?=\{)/g;

interface Dashboard {
  panels: { targets?: { expr: string }[] }[];
  templating: { list: { query: string }[] };
}

/** The expressions of a file. */
function expressionsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) {
    const { panels, templating } = JSON.parse(text) as Dashboard;
    const targets = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    return [...targets, ...templating.list.map(({ query }) => query)];
  }
  return Array.from(
    text.matchAll(/^ +expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)/gm),
    ([, block, line]) => block ?? line ?? '',
  );
}

describe('what is shipped for Prometheus and Grafana', () => {
  let app: TestApp;
  let served: string;
  beforeAll(async () => {
    app = await startTestApp();
    const ada = await aPerson(app);
    const group = await ada.createGroup();
    const socket = await ada.connect();
    await socket.send('message', { groupId: group.id, content: 'hello' });
    ada.disconnect();
    served = await eventually(async () => {
      const text = await (await fetch(`${app.url}/metrics`)).text();
      return /^confab_messages\{/m.test(text) && /^nodejs_gc_duration_seconds_count/m.test(text) && text;
    });
  });
  afterAll(() => app.stop());

  it.each(files)('uses only metrics that the server has: %s', (file) => {
    const expressions = expressionsIn(file);
    expect(expressions.length).toBeGreaterThan(8);
    const used = new Set(expressions.flatMap((expression) => expression.match(words) ?? []));
    expect(used.size).toBeGreaterThan(8);
    const names = new Set(Array.from(served.matchAll(/^([a-z_0-9]+)[{ ]/gm), ([, name]) => name));
    // Nobody was refused a handshake here: a counter without a row is named in its TYPE line all the same.
    for (const [, name] of served.matchAll(/^# TYPE (\S+)/gm)) names.add(name);
    expect([...used].filter((name) => !names.has(name) && !ofPrometheus.has(name))).toEqual([]);
  });

  it('names each metric after the conventions: base units, and _total for what only grows', () => {
    const ours = Array.from(served.matchAll(/^# TYPE (confab_\S+) (\S+)$/gm), ([, name = '', type = '']) => ({
      name,
      type,
    }));
    expect(ours.length).toBeGreaterThan(25);
    for (const { name, type } of ours) {
      expect({ name, hasTotal: name.endsWith('_total') }).toEqual({ name, hasTotal: type === 'counter' });
      expect(name).not.toMatch(/_(?:ms|milliseconds|mb|percent)(?:_|$)/);
    }
  });

  it('counts in buckets that add up', () => {
    const of = (suffix: string) =>
      Number(new RegExp(`^confab_writer_batch_duration_seconds_${suffix} (\\S+)$`, 'm').exec(served)?.[1]);
    expect(of('count')).toBeGreaterThan(0);
    expect(of('bucket\\{le="\\+Inf"\\}')).toBe(of('count'));
    expect(of('sum')).toBeGreaterThan(0);
  });
});
