import { ago, nothing } from '../shared/format.js';

const dayMs = 86_400_000;
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago while that says more, then the day: `5 min ago`, `14 Jun 2025`. */
export function when(at: string | null, now: Date): string {
  if (at === null) return nothing;
  const isRecent = Math.abs(now.getTime() - new Date(at).getTime()) < dayMs;
  return isRecent ? ago(at, now) : day.format(new Date(at));
}

/** The reader's date and time, to the second. */
export function exactly(at: string | null): string {
  return at === null ? nothing : moment.format(new Date(at));
}
