import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { limits } from '../../contract/limits.js';
import { isFoundIn, meets, parseSearchQuery } from './search-query.js';
import { snippetOf } from './snippet.js';
import { fold, keysOf, runTerms, termsOf, tokensOf } from './terms.js';

describe('fold', () => {
  it.each([
    ['Straße', 'strasse'],
    ['ÉCOLE', 'ecole'],
    ['İstanbul', 'istanbul'],
    ['Ｆｕｌｌ ｗｉｄｔｈ', 'full width'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ガード', 'ガード'],
    ['ไทยมี', 'ไทยมี'],
    ['हिन्दी', 'हिन्दी'],
    ['مُحَمَّد', 'محمد'],
  ])('takes %s for %s', (text, expected) => {
    expect(fold(text)).toBe(expected.normalize('NFC'));
  });

  it('changes nothing a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe('termsOf', () => {
  it('gives each word once, and of runs without spaces each two neighbours', () => {
    expect(termsOf("The cat, the dog; don't 3.5")).toEqual(['the', 'cat', 'dog', 'don', 't', '3', '5']);
    expect(termsOf('iPhoneの写真')).toEqual(['iphone', 'の写', '写真', '真']);
  });

  it('keeps what it finds within bounds', () => {
    const text = Array.from({ length: limits.search.maxTermsOfMessage + 100 }, (_, index) => index.toString(36)).join(
      ' ',
    );
    expect(termsOf(text)).toHaveLength(limits.search.maxTermsOfMessage);
    expect(termsOf('x'.repeat(10_000))).toEqual(['x'.repeat(40)]);
  });
});

/** Words of several scripts, as people mix them. */
const aWord = fc.constantFrom(
  'kernel',
  'Ubuntu',
  'Zürich',
  'naïve',
  '北京大学',
  'カメラ',
  'ไทย',
  '학교에서',
  'дела',
  'a',
  '42',
  'ﬁne',
);
const aText = fc.array(aWord, { minLength: 1, maxLength: 8 }).map((list) => list.join(' '));

describe('a search', () => {
  it('finds each text by any word of it, and the index has all that it asks for', () => {
    fc.assert(
      fc.property(aText, fc.nat(), (text, pick) => {
        const tokens = tokensOf(fold(text)).filter(({ text: word, isRun }) => isRun || word.length > 2);
        fc.pre(tokens.length > 0);
        const query = parseSearchQuery(tokens[pick % tokens.length]!.text);
        expect(isFoundIn(text, query)).toBe(true);
        const terms = termsOf(text);
        expect(query.conditions.filter((condition) => !meets(terms, condition))).toEqual([]);
        expect(query.keys).not.toEqual([]);
        expect(keysOf(terms)).toEqual(expect.arrayContaining(query.keys));
      }),
    );
  });

  it('finds any part of a run', () => {
    const text = '東京都に住んでいます';
    for (let from = 0; from < text.length; from += 1) {
      for (let to = from + 1; to <= text.length; to += 1) {
        const query = parseSearchQuery(text.slice(from, to));
        expect(isFoundIn(`今、${text}。`, query)).toBe(true);
        const terms = termsOf(`今、${text}。`);
        expect(query.conditions.filter((condition) => !meets(terms, condition))).toEqual([]);
        expect(query.keys).not.toEqual([]);
        expect(keysOf(terms)).toEqual(expect.arrayContaining(query.keys));
      }
    }
    expect(runTerms('猫')).toEqual(['猫']);
  });

  it('shows what it found as it was written', () => {
    fc.assert(
      fc.property(aText, fc.nat(), (text, pick) => {
        const tokens = tokensOf(fold(text)).filter(({ text: word, isRun }) => isRun || word.length > 2);
        fc.pre(tokens.length > 0);
        const { text: word } = tokens[pick % tokens.length]!;
        const parts = snippetOf(text, parseSearchQuery(word).words);
        expect(parts.map((part) => part.text).join('')).toBe(text.normalize('NFC'));
        const marked = parts.filter(({ isMatch }) => isMatch).map((part) => fold(part.text));
        expect(new Set(marked)).toEqual(new Set([word]));
      }),
    );
  });

  it('shows only a part of a long text, with the match in it', () => {
    const parts = snippetOf(`${'before '.repeat(100)}needle ${'😀'.repeat(300)}`, parseSearchQuery('needle').words);
    const text = parts.map((part) => part.text).join('');
    expect(text).toMatch(/^….*needle.*…$/u);
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThanOrEqual(limits.search.snippetMaxLength + 2);
    expect(parts.filter(({ isMatch }) => isMatch)).toEqual([{ text: 'needle', isMatch: true }]);
  });
});
