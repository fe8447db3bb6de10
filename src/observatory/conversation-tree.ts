import type { LineRow } from './line-row.js';

export interface TreePlace {
  id: string;
  depth: number;
}

/**
 * A conversation as a tree, each line before those that follow it: where it was rewound, one branch after the other. Lines
 * whose parent is not there are roots, and so is the first of those that are each other's parents.
 *
 * @param rows in their order
 */
export function treeOf(rows: readonly LineRow[]): TreePlace[] {
  const ids = new Set(rows.map(({ id }) => id));
  const children = Map.groupBy(rows, ({ parent }) => (parent !== undefined && ids.has(parent) ? parent : ''));
  const seen = new Set<string>();
  const places: TreePlace[] = [];
  const visit = (root: LineRow) => {
    // No recursion: a conversation is as deep as it is long.
    const waiting: TreePlace[] = [{ id: root.id, depth: 0 }];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (seen.has(place.id)) continue;
      seen.add(place.id);
      places.push(place);
      const below = children.get(place.id) ?? [];
      for (const { id } of below.toReversed()) waiting.push({ id, depth: place.depth + 1 });
    }
  };
  for (const row of children.get('') ?? []) visit(row);
  for (const row of rows) if (!seen.has(row.id)) visit(row);
  return places;
}
