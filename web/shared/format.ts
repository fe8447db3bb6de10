/**
 * Numbers, durations and sizes as people read them. `null` is "not measured yet" and shows as a dash, never as zero. Digits
 * are grouped the English way whatever the reader's language is: the page is in English.
 */
export const nothing = '–';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Three digits where they say something, no more: `0.42`, `4.2`, `42`, `4,213`. */
function brief(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 99.95) return grouped.format(value);
  if (size < 0.995) return trimmed(value, 2);
  return size < 9.95 ? trimmed(value, 1) : value.toFixed(0);
}

function trimmed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.?0+$/, '');
}

/** `1,234` */
export function count(value: number | null): string {
  return value === null ? nothing : grouped.format(value);
}

/** `1,234` while it fits into a narrow place, then `123K`, `1.23M`. */
export function shortCount(value: number | null): string {
  if (value === null) return nothing;
  return Math.abs(value) < 100_000 ? grouped.format(value) : compact.format(value);
}

/** `0.42/s`, `12/s` */
export function perSecond(value: number | null): string {
  return value === null ? nothing : `${brief(value)}/s`;
}

/** @param value 0 to 100 */
export function percent(value: number | null): string {
  if (value === null) return nothing;
  // One failure of a million is not none.
  return value > 0 && value < 0.01 ? '<0.01%' : `${brief(value)}%`;
}

/** Milliseconds as `0.42 ms`, `412 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(ms: number | null): string {
  if (ms === null) return nothing;
  if (ms < 999.5) return `${brief(ms)} ms`;
  if (ms < 59_950) return `${trimmed(ms / 1_000, ms < 9_995 ? 2 : 1)} s`;
  return span(ms / 1_000);
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A long time by its two largest units: `3 d 4 h`, `12 min 5 s`, `40 s`. */
export function span(seconds: number): string {
  return spanOf(seconds, 2);
}

function spanOf(seconds: number, parts: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = units.findIndex(([, size]) => whole >= size);
  if (first === -1) return '0 s';
  let rest = whole;
  const amounts = units.slice(first, first + parts).map(([unit, size]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return { amount, text: `${String(amount)} ${unit}` };
  });
  return amounts
    .filter(({ amount }, index) => index === 0 || amount > 0)
    .map(({ text }) => text)
    .join(' ');
}

/** `412 MB`, `1.5 GB`: of 1,024 each, as memory is counted. */
export function megabytes(value: number | null): string {
  if (value === null) return nothing;
  return value < 999.5 ? `${brief(value)} MB` : `${trimmed(value / 1_024, value < 10_240 ? 2 : 1)} GB`;
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `0 B`, `1.5 KB`, `12 MB` */
export function bytes(value: number | null): string {
  if (value === null) return nothing;
  let [amount, unit] = [value, 0];
  while (amount >= 999.5 && unit < byteUnits.length - 1) {
    amount /= 1_024;
    unit += 1;
  }
  return `${brief(amount)} ${byteUnits[unit] ?? ''}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The reader's time of day, `13:05:22`. */
export function timeOfDay(at: string | Date): string {
  return clock.format(typeof at === 'string' ? new Date(at) : at);
}

/** How long ago, in one unit: `now`, `12 s ago`, `3 h ago`. */
export function ago(at: string | null, now: Date): string {
  if (at === null) return nothing;
  const seconds = (now.getTime() - new Date(at).getTime()) / 1_000;
  return seconds < 1 ? 'now' : `${spanOf(seconds, 1)} ago`;
}

/** Enough of an id to tell it from its neighbours. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : id.slice(0, 8);
}
