export type SortDirection = 'ascending' | 'descending';
export type SortValue = number | string | null;

/** Rows that have nothing to be sorted by come last, whatever the direction; equal ones keep their order. */
export function sorted<Row>(
  rows: readonly Row[],
  by: (row: Row) => SortValue,
  direction: SortDirection,
): readonly Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [by(a), by(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compared(left, right);
  });
}

function compared(left: number | string, right: number | string): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), 'en');
}
