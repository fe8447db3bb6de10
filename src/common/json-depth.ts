/**
 * Whether a value is nested deeper than `maxDepth`. Walks with a stack of its own: a value 20,000 levels deep would
 * exhaust the call stack of whatever walks it by recursion (class-transformer does).
 */
export function depthExceeds(value: unknown, maxDepth: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}
