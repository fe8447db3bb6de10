import { describe, expect, it } from '@jest/globals';

import { textParts, type TextPart } from './text-parts.js';

const partsOf = (text: string): TextPart[] => textParts(text, (name) => name === 'ada');
const textsOf = (text: string): string[] => partsOf(text).map((part) => `${part.kind}:${part.text}`);

describe('the parts of a text', () => {
  it('leave plain text as it is', () => {
    expect(textsOf('a < b & c\n  d')).toEqual(['text:a < b & c\n  d']);
    expect(textsOf('')).toEqual([]);
  });

  it.each([
    ['see https://example.org/a?b=1.', ['text:see ', 'link:https://example.org/a?b=1', 'text:.']],
    ['(https://example.org/)', ['text:(', 'link:https://example.org/', 'text:)']],
    ['javascript:alert(1)', ['text:javascript:alert(1)']],
    ['https://', ['text:https://']],
  ])('find the addresses in %s', (text, parts) => expect(textsOf(text)).toEqual(parts));

  it.each([
    ['@ada: look', ['mention:@ada', 'text:: look']],
    ['@eve look', ['text:@eve look']],
    ['mail ada@ada.org', ['text:mail ada@ada.org']],
  ])('find who is mentioned in %s', (text, parts) => expect(textsOf(text)).toEqual(parts));

  it('find code, in which nothing else is looked for', () => {
    expect(textsOf('run `ls **/*` now')).toEqual(['text:run ', 'code:ls **/*', 'text: now']);
    expect(textsOf('```\nif (a) @ada\n```')).toEqual(['block:if (a) @ada']);
  });

  it('find what is strong', () => {
    expect(textsOf('at **11:00** sharp, 2 ** 3')).toEqual(['text:at ', 'strong:11:00', 'text: sharp, 2 ** 3']);
  });

  it('lose no character', () => {
    const text = 'x `y` **z** https://example.org, @ada @eve ```w``` ** `';
    const bare = textsOf(text).map((part) => part.slice(part.indexOf(':') + 1));
    expect(bare.join('')).toBe(text.replace('`y`', 'y').replace('**z**', 'z').replace('```w```', 'w'));
  });
});
