import { describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { mentionedWords } from './mentions.js';

const namesIn = (content: string) => mentionedWords(content).names;

describe('mentionedWords', () => {
  it.each([
    ['@bob', ['bob']],
    ['Good morning, @Bob!', ['bob']],
    ['(@bob) "@bob": @BOB', ['bob']],
    ['@bob, @ada and @bob-2', ['bob', 'ada', 'bob-2']],
    ['ask @bob.', ['bob.', 'bob']],
    ['@ada/@bob', ['ada', 'bob']],
    ['\n@bob\n', ['bob']],
    ['@ bob, @al and @', []],
    ['@bobé and @bobж', []],
  ])('finds in %j the names %j', (content, names) => {
    expect(namesIn(content)).toEqual(names);
  });

  it.each([
    'bob@example.org',
    'mailto:b.ob@example.org',
    'né@example.org',
    '`@bob`',
    'see `x = "@bob"` there',
    '```\n@bob\n```',
    '```ts\n@bob `x` @ada\n``` ',
    '```\n@bob, and the block has no end',
    '@@bob',
  ])('finds nobody in %j', (content) => {
    expect(namesIn(content)).toEqual([]);
  });

  it.each([
    ['`one` @bob `two`', ['bob']],
    ['```\n@ada\n```\n@bob', ['bob']],
    ['a ` alone, @bob', ['bob']],
    ['`not\nclosed` @bob', ['bob']],
  ])('looks beside code, not in it: %j', (content, names) => {
    expect(namesIn(content)).toEqual(names);
  });

  it.each([
    ['@all', { all: true, here: false }],
    ['@ALL: @Here', { all: true, here: true }],
    ['@here.', { all: false, here: true }],
    ['@all-hands @hereby @allé', { all: false, here: false }],
    ['`@all` x@here.org', { all: false, here: false }],
  ])('tells the words for many from names: %j', (content, expected) => {
    expect(mentionedWords(content)).toMatchObject(expected);
    expect(namesIn('@all @here')).toEqual([]);
  });

  it('takes no more names than it may', () => {
    const many = Array.from({ length: 80 }, (_, index) => `@user${index}`).join(' ');
    expect(namesIn(many)).toHaveLength(limits.message.maxMentions);
    expect(mentionedWords(`${many} @all`).all).toBe(true);
  });

  it('takes no long time for any text', () => {
    const started = performance.now();
    for (const text of ['`', '@a', '@aaa.', '```', '`\n', '@-'].map((part) => part.repeat(5000).slice(0, 10_000))) {
      mentionedWords(text);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
