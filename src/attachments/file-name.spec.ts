import { describe, expect, it } from '@jest/globals';

import { cleanFileName } from './file-name.js';

describe('the name of a file', () => {
  it.each([
    ['engine.png', 'engine.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\engine.png', 'engine.png'],
    ['a\r\nSet-Cookie: b=c.png', 'aSet-Cookie: b=c.png'],
    ['a\u0000b.png', 'ab.png'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['  two   words.txt ', 'two words.txt'],
    ['...hidden', 'hidden'],
    ['e\u0301.txt', 'é.txt'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
    ['\uD800.png', '\uFFFD.png'],
    ['..', ''],
    ['/', ''],
    ['', ''],
  ])('%j is kept as %j', (given, kept) => {
    expect(cleanFileName(given)).toBe(kept);
  });

  it('is cut to its longest, and keeps its extension', () => {
    const kept = cleanFileName(`${'x'.repeat(1000)}.tar.gz`);
    expect(kept).toHaveLength(255);
    expect(kept.endsWith('x.gz')).toBe(true);
    expect(Array.from(cleanFileName('é'.repeat(1000)))).toHaveLength(255);
  });
});
