import { describe, expect, it } from '@jest/globals';

import type { Difference } from './compare.js';
import { parseLog } from '../support/irc-log.js';
import { printedReport, reportOf, type Report } from './report.js';

const log = parseLog('[04:46] <ada> hello\n=== x\n[04:46]  * bob waves\n');

function aReport(differences: Difference[] = []): Report {
  return reportOf({
    file: 'a.raw.txt',
    log,
    performance: { sent: [], latenciesMs: [4, 1, 3, 2], retries: 2, seconds: 2 },
    differences,
    threads: { roots: 1, read: 1 },
    unread: { steps: 5 },
    searches: { words: 12, found: 40 },
    picture: { bytes: 5000, thumbnailBytes: 300 },
    stored: 2,
    received: { live: 1, fromHistory: 1 },
    interruptions: { databaseKills: 3, lostConnections: 1 },
  });
}

function someDifferences(count: number): Difference[] {
  return Array.from({ length: count }, (_, line) => ({
    copy: 'stored',
    kind: 'missing',
    line,
    seq: line + 1,
    detail: 'x',
  }));
}

describe('reportOf', () => {
  it('says of the log, the accounts and the way what there is to say', () => {
    expect(aReport()).toMatchObject({
      isPerfect: true,
      log: { file: 'a.raw.txt', lines: 3, messages: 2, events: 1 },
      accounts: { speakers: 1, onlyActors: 1, listeners: 1 },
      interruptions: { databaseKills: 3, repeatedSends: 2, lostConnections: 1 },
    });
  });

  it('takes the middle, the hundredth and the longest of the latencies', () => {
    expect(aReport().ackMs).toEqual({ p50: 2, p99: 4, max: 4 });
  });

  it('is not perfect with a single difference, and counts the kinds', () => {
    const report = aReport([
      { copy: 'stored', kind: 'gap', line: 1, seq: 2, detail: 'x' },
      { copy: 'received', kind: 'order', line: 1, seq: 2, detail: 'x' },
      { copy: 'received', kind: 'seq', line: 1, seq: 2, detail: 'x' },
      { copy: 'received', kind: 'duplicate', line: 1, seq: 2, detail: 'x' },
    ]);
    expect(report).toMatchObject({ isPerfect: false, gaps: 1, outOfOrder: 2, duplicates: 1 });
  });
});

describe('printedReport', () => {
  it('names the first ten differences, with copy, kind, line and place', () => {
    const printed = printedReport(aReport(someDifferences(12)));
    expect(printed).toContain('12 differences, of which the first ten:');
    expect(printed).toContain('stored, missing, line 9, seq 10: x');
    expect(printed).not.toContain('line 10');
  });

  it('has no colour where there is no terminal', () => {
    // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
    expect(printedReport(aReport())).not.toMatch(/\u001b/u);
  });
});
