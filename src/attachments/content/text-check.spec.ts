import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from '@jest/globals';

import { textCheck } from './text-check.js';

function check(...parts: (string | Buffer)[]): Promise<string> {
  const source = Readable.from(
    parts.map((part) => Buffer.from(part as string)),
    { objectMode: false },
  );
  return text(source.pipe(textCheck()));
}

describe('textCheck', () => {
  it('lets text through as it is, whichever way its bytes are cut', async () => {
    const whole = '\ufeffGrüße, 你好, 🎉\r\n\tend';
    const bytes = Buffer.from(whole);
    expect(await check(...Array.from(bytes, (byte) => Buffer.from([byte])))).toBe(whole.slice(1));
    expect(await check()).toBe('');
  });

  it.each<[string, (string | Buffer)[]]>([
    ['a NUL', ['fine', 'not\0fine']],
    ['a control character', ['fine', '\x01']],
    ['a byte that is no UTF-8', ['fine', Buffer.from([0xff]), 'fine']],
    ['half a character before more', [Buffer.from([0xc3]), 'a']],
    ['half a character at the end', ['fine', Buffer.from([0xf0, 0x9f, 0x8e])]],
    ['a surrogate', [Buffer.from('eda080', 'hex')]],
  ])('refuses %s, to the last byte', async (_name, parts) => {
    await expect(check(...parts)).rejects.toMatchObject({ code: 'unsupported_media_type' });
  });
});
