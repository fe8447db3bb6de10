const maxDepth = 4;
const maxLength = 300;

/**
 * What a command asks for, without any value: field names and operators, such as `{groupId,rev:{$gt}}`.
 *
 * @returns `null` for a command without a filter
 */
export function filterShape(command: Readonly<Record<string, unknown>>): string | null {
  const filter = filterOf(command);
  return filter === undefined ? null : shapeOf(filter, 0).slice(0, maxLength);
}

function filterOf(command: Readonly<Record<string, unknown>>): unknown {
  const { filter, query, pipeline, updates, deletes } = command;
  if (filter !== undefined || query !== undefined) return filter ?? query;
  if (Array.isArray(pipeline)) return (pipeline as unknown[]).find((stage) => isObject(stage) && '$match' in stage);
  const [first] = [updates, deletes].flatMap(writesOf);
  return isObject(first) ? first['q'] : undefined;
}

/** A list, or what the driver writes it as: a section of the message of its own (`DocumentSequence`). */
function writesOf(writes: unknown): unknown[] {
  const list = Array.isArray(writes) ? writes : (writes as { documents?: unknown } | undefined)?.documents;
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function shapeOf(value: unknown, depth: number): string {
  if (depth > maxDepth) return '…';
  if (Array.isArray(value)) {
    const shapes = new Set((value as unknown[]).filter(isObject).map((one) => shapeOf(one, depth + 1)));
    return shapes.size === 0 ? '' : `[${[...shapes].join('|')}]`;
  }
  if (!isObject(value)) return '';
  const fields = Object.entries(value).map(([name, inner]) => {
    const shape = shapeOf(inner, depth + 1);
    return shape === '' ? name : `${name}:${shape}`;
  });
  return `{${fields.join(',')}}`;
}

/** Not a date, an id or a pattern of the driver's: those are values. */
function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
