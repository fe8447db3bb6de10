type Fields = Readonly<Record<string, unknown>>;

/** What says most about a call, by the names that tools give it; the first that is there. */
const telling = [
  'command',
  'file_path',
  'notebook_path',
  'pattern',
  'query',
  'path',
  'url',
  'description',
  'prompt',
  'subject',
  'skill',
  'plan',
];
const maxLength = 160;
/** Of an object that was cut: what its first field says. */
const beginningOfObject = /^\{"[^"]{1,40}":"([^"\\]+)/;

/** The input of a tool, where it is an object in JSON that was kept whole. */
export function parseInput(text: string): Fields | null {
  try {
    const input: unknown = JSON.parse(text);
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Fields) : null;
  } catch {
    return null;
  }
}

/** What a call is about, in one short line. */
export function shortArgument(input: string): string {
  const fields = parseInput(input);
  if (fields === null) return oneLine(beginningOfObject.exec(input)?.[1] ?? input);
  if (Array.isArray(fields['todos'])) return progressOf(fields['todos']);
  for (const name of telling) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return oneLine(value);
  }
  const first = Object.values(fields).find((value) => typeof value === 'string' || typeof value === 'number');
  if (first !== undefined) return oneLine(String(first));
  return Object.keys(fields).length === 0 ? '' : oneLine(input);
}

function progressOf(todos: readonly unknown[]): string {
  const done = todos.filter((todo) => (todo as Fields | null)?.['status'] === 'completed').length;
  return `${String(done)} of ${String(todos.length)} done`;
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * maxLength)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength).toWellFormed()}…`;
}
