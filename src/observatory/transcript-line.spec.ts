import { describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { readLine, type EntryLine } from './transcript-line.js';

const read = (line: unknown) => readLine(JSON.stringify(line));
const entry = (line: object) => read({ type: 'user', uuid: 'u', ...line }) as EntryLine;
const user = (content: unknown, more: object = {}) => entry({ message: { role: 'user', content }, ...more });

describe('readLine', () => {
  it.each([
    ['{"type":"user","message":{"rol', 'not_json'],
    ['nonsense', 'not_json'],
    ['[1]', 'not_an_object'],
    ['null', 'not_an_object'],
    ['12', 'not_an_object'],
    ['{}', 'not_understood'],
    ['{"type":7}', 'not_understood'],
    ['{"type":"user","uuid":"u","mesage":{"content":"x"}}', 'not_understood'],
    ['{"type":"assistant","uuid":"u","message":null}', 'not_understood'],
    ['{"type":"user","uuid":"u","message":{"content":7}}', 'not_understood'],
    ['{"type":"summary","summary":"x"}', 'not_understood'],
    ['{"type":"summary","leafUuid":"x","summary":{}}', 'not_understood'],
  ])('says of %s that it is %s', (text, problem) => {
    expect(readLine(text)).toEqual({ kind: 'problem', problem });
  });

  it('takes a text and a list of blocks', () => {
    expect(user('hello').blocks).toEqual([{ type: 'text', text: 'hello' }]);
    const { blocks } = user([
      { type: 'text', text: 'a' },
      { type: 'thinking', thinking: 'b' },
      { type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } },
      { type: 'tool_result', tool_use_id: 't', content: 'c', is_error: true },
      { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'd' }, { type: 'image' }] },
      { type: 'image', source: { media_type: 'image/png', data: 'AAAA' } },
      { type: 'server_thing', x: 1 },
      'e',
      null,
    ]);
    expect(blocks).toEqual([
      { type: 'text', text: 'a' },
      { type: 'thinking', text: 'b' },
      { type: 'tool_use', text: '{"command":"ls"}', toolUseId: 't', toolName: 'Bash' },
      { type: 'tool_result', text: 'c', toolUseId: 't', isError: true },
      { type: 'tool_result', text: 'd\n[image]', toolUseId: 't' },
      { type: 'image', text: '', mediaType: 'image/png' },
      { type: 'other', text: '{"type":"server_thing","x":1}' },
      { type: 'text', text: 'e' },
      { type: 'other', text: 'null' },
    ]);
  });

  it('keeps the beginning of a long text and says how long it was', () => {
    const { maxBlockLength, maxEntryLength, maxBlocks } = limits.observatory;
    expect(user('x'.repeat(maxBlockLength + 1)).blocks).toEqual([
      { type: 'text', text: 'x'.repeat(maxBlockLength), length: maxBlockLength + 1 },
    ]);
    const long = user(Array.from({ length: maxBlocks + 5 }, () => ({ type: 'text', text: 'y'.repeat(1000) })));
    expect(long.blocks).toHaveLength(maxBlocks);
    expect(long.omittedBlocks).toBe(5);
    expect(long.blocks.reduce((sum, { text }) => sum + text.length, 0)).toBe(maxEntryLength);
    expect(user(`${'x'.repeat(maxBlockLength - 1)}😀`).blocks[0]?.text.isWellFormed()).toBe(true);
  });

  it('counts what an answer used, and nothing of an error', () => {
    const message = { id: 'm', model: 'opus', content: [], usage: { input_tokens: 1, output_tokens: -2, junk: 'x' } };
    const answer = (more: object) => entry({ type: 'assistant', ...more });
    expect(answer({ message }).row.usage).toEqual(['m', 'opus', 1, 0, 0, 0]);
    expect(answer({ message: { ...message, model: '<synthetic>' } })).toMatchObject({ isError: true, model: null });
    expect(answer({ message: { ...message, model: '<synthetic>' } }).row.usage).toBeUndefined();
    expect(answer({ message, isApiErrorMessage: true }).row.usage).toBeUndefined();
  });

  it('knows a question from a result and from what a command has left', () => {
    expect(user('Make it faster').row.question).toBe('Make it faster');
    expect(user([{ type: 'text', text: 'and this' }]).row.question).toBe('and this');
    expect(user([{ type: 'tool_result', tool_use_id: 't', content: 'x' }]).row.question).toBeUndefined();
    expect(user('<command-name>/clear</command-name>').row.question).toBeUndefined();
    expect(user('hidden', { isMeta: true }).row.question).toBeUndefined();
    expect(user('of a sub-agent', { isSidechain: true }).row.question).toBeUndefined();
  });

  it('passes over what is not in the tree, and keeps what is', () => {
    expect(read({ type: 'file-history-snapshot', snapshot: {} })).toEqual({ kind: 'skipped' });
    expect(read({ type: 'attachment', uuid: 'u', attachment: { x: 1 } })).toMatchObject({
      kind: 'entry',
      type: 'other',
    });
    expect(read({ type: 'system', uuid: 'u', content: 'compacted' })).toMatchObject({ type: 'system' });
  });

  it('gives a line without a uuid an id of its own, the same each time', () => {
    const line = { type: 'user', message: { content: 'x' } };
    expect(read(line)).toEqual(read(line));
    expect(read(line)).toMatchObject({ uuid: null, id: expect.stringMatching(/^#[0-9a-f]{32}$/) });
  });

  it('takes a time that is none for none', () => {
    expect(user('x', { timestamp: 'yesterday' }).at).toBeNull();
    expect(user('x', { timestamp: 7 }).at).toBeNull();
  });
});
