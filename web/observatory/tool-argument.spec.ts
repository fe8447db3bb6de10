import { describe, expect, it } from '@jest/globals';

import { shortArgument } from './tool-argument.js';

describe('what a call of a tool is about', () => {
  it.each([
    [{ command: 'npm test\n  -- one', description: 'Run a test' }, 'npm test -- one'],
    [{ file_path: '/srv/engine/a.ts', old_string: 'a', new_string: 'b' }, '/srv/engine/a.ts'],
    [{ pattern: 'advance', path: '' }, 'advance'],
    [{ todos: [{ status: 'completed' }, { status: 'pending' }, null] }, '1 of 3 done'],
    [{ path: 'src', pattern: 'advance' }, 'advance'],
    [{ limit: 17 }, '17'],
    [{ deep: { er: 1 } }, '{"deep":{"er":1}}'],
    [{}, ''],
  ])('%j: %s', (input, argument) => expect(shortArgument(JSON.stringify(input))).toBe(argument));

  it('is the beginning of what is no object, or was cut', () => {
    expect(shortArgument('{"command":"a lo')).toBe('a lo');
    expect(shortArgument('{"limit": 17, "comm')).toBe('{"limit": 17, "comm');
    expect(shortArgument('"text"')).toBe('"text"');
    expect(shortArgument(JSON.stringify({ command: 'x'.repeat(5_000) }))).toHaveLength(161);
  });
});
