import { describe, expect, it } from '@jest/globals';

import { briefTime, dayName } from './times.js';

const now = new Date(2026, 10, 20, 0, 10);
const at = (day: number, hour = 12) => new Date(2026, 10, day, hour).toISOString();

describe('days, as people in a chat say them', () => {
  it.each([
    [at(20, 0), 'Today'],
    [at(19, 23), 'Yesterday'],
    [at(16), 'Monday'],
    [at(3), '3 November 2026'],
  ])('calls %s %s', (time, name) => expect(dayName(time, now)).toBe(name));

  it.each([
    [at(20, 0), '00:00'],
    [at(19, 23), 'Thu'],
    [at(3), '3 Nov'],
  ])('shortens %s to %s', (time, name) => expect(briefTime(time, now)).toBe(name));
});
