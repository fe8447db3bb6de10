import type { DashboardLevel, DashboardThreshold, GradedValue } from '../../contract/dashboard.js';

const order: readonly DashboardLevel[] = ['green', 'orange', 'red'];

export function grade(value: number | null, { orange, red }: DashboardThreshold): GradedValue {
  const rounded = value === null ? null : round(value);
  if (rounded === null || rounded < orange) return { value: rounded, level: 'green' };
  return { value: rounded, level: rounded < red ? 'orange' : 'red' };
}

/** Worst first. */
export function byLevel(one: DashboardLevel, other: DashboardLevel): number {
  return order.indexOf(other) - order.indexOf(one);
}

/** To what is worth showing: three digits behind the point say nothing, and take room. */
export function round(value: number, digits = 2): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

export function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value);
}

export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : round((part / whole) * 100);
}
