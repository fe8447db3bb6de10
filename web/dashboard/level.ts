import type { DashboardLevel, DashboardThreshold } from '../../contract/dashboard.js';

/** What stands beside each colour, for whoever does not see it. */
export const levelSigns: Readonly<Record<DashboardLevel, { glyph: string; word: string }>> = {
  green: { glyph: '●', word: 'good' },
  orange: { glyph: '▲', word: 'warning' },
  red: { glyph: '✖', word: 'critical' },
};

/** The grade of a value that comes without one: those of single rows. */
export function gradeOf(value: number | null, { orange, red }: DashboardThreshold): DashboardLevel {
  if (value === null || value < orange) return 'green';
  return value < red ? 'orange' : 'red';
}
