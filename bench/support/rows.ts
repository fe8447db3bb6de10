import type { Load } from './stage.js';
import { median } from './stats.js';
import type { Side } from './target.js';

/** What is to be reached: a ratio of ours to the baseline's, how much more ours may be, or none of ours at all. */
export type Figure = { atLeast: number } | { atMost: number } | { moreByAtMost: number } | 'none';

/** One line of the table: a figure of ours, and of the baseline where there is one. */
export interface Row {
  /** What was done, such as "32 senders, 1 group". */
  scene: string;
  /** What was measured, such as "acknowledged/s". */
  measure: string;
  /** Of each round. */
  rounds: Record<Side, number[]>;
  confab: number;
  /** `null` when there is no baseline for it. */
  baseline: number | null;
  /** Of the medians. */
  ratio: number | null;
  /** The smallest and the largest ratio of one round: far apart, and the ratio of the medians says little. */
  spread: { from: number; to: number } | null;
  figure: Figure | null;
  /** Whether the ratio is what is to be reached; `null` when nothing is. */
  isReached: boolean | null;
  /** Medians of the rounds; `null` when it was not a load. */
  load: Record<Side, Load> | null;
  /** What a reader must know beside it. */
  note: string | null;
}

export interface Measured {
  scene: string;
  measure: string;
  confab: readonly number[];
  baseline?: readonly number[];
  figure?: Figure;
  load?: Record<Side, readonly Load[]>;
  note?: string;
}

export function row({ scene, measure, confab, baseline = [], figure, load, note }: Measured): Row {
  const ours = median(confab);
  const theirs = baseline.length === 0 ? null : median(baseline);
  const ratio = theirs === null || theirs === 0 ? null : ours / theirs;
  return {
    scene,
    measure,
    rounds: { confab: [...confab], baseline: [...baseline] },
    confab: ours,
    baseline: theirs,
    ratio,
    spread: ratio === null ? null : spreadOf(confab, baseline),
    figure: figure ?? null,
    isReached:
      figure === undefined ? null : reaches(confab, { ratio, more: theirs === null ? null : ours - theirs }, figure),
    load: load === undefined ? null : { confab: typicalLoad(load.confab), baseline: typicalLoad(load.baseline) },
    note: note ?? null,
  };
}

/**
 * What a second of one CPU gets done, server and database together: on a machine that others use too it says more than
 * the rate, as it leaves out the time in which we waited for a CPU.
 */
export function perCpuSecond(
  scene: string,
  what: string,
  results: Record<Side, readonly { rate: number; load: Load }[]>,
): Row {
  const of = (side: Side) => results[side].map(({ rate, load }) => rate / (load.serverAndDatabase / 100));
  return row({ scene, measure: `${what}/CPU second`, confab: of('confab'), baseline: of('baseline') });
}

/** One table of several that hold the same rows, all rounds of all of them together. */
export function pooled(tables: readonly (readonly Row[])[]): Row[] {
  const [first = []] = tables;
  return first.map(({ scene, measure, figure, note }, place) => {
    const rows = tables.flatMap((table) => table[place] ?? []);
    const loads = rows.flatMap(({ load }) => load ?? []);
    return row({
      scene,
      measure,
      confab: rows.flatMap(({ rounds }) => rounds.confab),
      baseline: rows.flatMap(({ rounds }) => rounds.baseline),
      ...(figure !== null && { figure }),
      ...(loads.length > 0 && {
        load: { confab: loads.map(({ confab }) => confab), baseline: loads.map(({ baseline }) => baseline) },
      }),
      ...(note !== null && { note }),
    });
  });
}

/** A measure that could not be taken, and why. */
export function skipped(scene: string, measure: string, reason: string): Row {
  return { ...row({ scene, measure, confab: [] }), note: `skipped: ${reason}` };
}

export function figureText(figure: Figure): string {
  if (figure === 'none') return 'none';
  if ('moreByAtMost' in figure) return `+ ≤ ${figure.moreByAtMost}`;
  return 'atLeast' in figure ? `≥ ${figure.atLeast}` : `≤ ${figure.atMost}`;
}

function spreadOf(confab: readonly number[], baseline: readonly number[]): { from: number; to: number } {
  const ratios = confab.map((ours, round) => ours / (baseline[round] ?? Number.NaN));
  return { from: Math.min(...ratios), to: Math.max(...ratios) };
}

function reaches(
  confab: readonly number[],
  { ratio, more }: { ratio: number | null; more: number | null },
  figure: Figure,
): boolean | null {
  if (figure === 'none') return confab.every((count) => count === 0);
  if (ratio === null || more === null) return null;
  if ('moreByAtMost' in figure) return more <= figure.moreByAtMost;
  return 'atLeast' in figure ? ratio >= figure.atLeast : ratio <= figure.atMost;
}

function typicalLoad(loads: readonly Load[]): Load {
  return {
    server: median(loads.map(({ server }) => server)),
    serverAndDatabase: median(loads.map(({ serverAndDatabase }) => serverAndDatabase)),
    database: median(loads.map(({ database }) => database)),
    generator: median(loads.map(({ generator }) => generator)),
  };
}
