/** Times as people in a chat say them, in the reader's own time zone. */
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const shortWeekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });

const dayMs = 86_400_000;

/** `14:05` */
export function clockTime(at: string): string {
  return clock.format(new Date(at));
}

/** `Friday, 20 November 2026 at 14:05` */
export function fullTime(at: string): string {
  return full.format(new Date(at));
}

/** Names the day that it is in the reader's time zone. */
export function dayKey(at: string): string {
  return new Date(at).toDateString();
}

/** `Today`, `Yesterday`, `Monday`, `3 April 2026` */
export function dayName(at: string, now: Date): string {
  const days = daysBetween(new Date(at), now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return days > 1 && days < 7 ? weekday.format(new Date(at)) : date.format(new Date(at));
}

/** For a narrow place: `14:05` today, then `Mon`, then `3 Apr`. */
export function briefTime(at: string, now: Date): string {
  const days = daysBetween(new Date(at), now);
  if (days === 0) return clockTime(at);
  return days > 0 && days < 7 ? shortWeekday.format(new Date(at)) : shortDate.format(new Date(at));
}

/** Calendar days, of which one may have 23 hours or 25. */
function daysBetween(day: Date, now: Date): number {
  const start = (time: Date) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
  return Math.round((start(now) - start(day)) / dayMs);
}
