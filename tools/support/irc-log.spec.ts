import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { parseLog, parseReplies } from './irc-log.js';

function logOf(...lines: string[]): string {
  return `${lines.join('\n')}\n`;
}

describe('parseLog', () => {
  it('takes what is said and done, and skips who comes, goes and changes the name', () => {
    const log = parseLog(
      logOf(
        '[04:46] <ada> hello',
        '=== bob_ is now known as bob',
        '[04:46]  * bob waves',
        '=== eve has joined #ubuntu',
        '[04:47] <ada> hi bob',
      ),
    );

    expect(log.chat.map(({ line, nick, content }) => ({ line, nick, content }))).toEqual([
      { line: 0, nick: 'ada', content: 'hello' },
      { line: 2, nick: 'bob', content: '* bob waves' },
      { line: 4, nick: 'ada', content: 'hi bob' },
    ]);
    expect(log).toMatchObject({ lines: 5, events: 2, empty: 0, unknown: 0 });
  });

  it('tells who speaks from who only acts', () => {
    const log = parseLog(logOf('[00:00]  * ada waves', '[00:00]  * bob waves', '[00:01] <ada> well'));
    expect(log.speakers).toEqual(['ada']);
    expect(log.onlyActors).toEqual(['bob']);
  });

  it('keeps nicks with unusual characters, and text that looks like another line', () => {
    const log = parseLog(
      logOf('[04:46] <][AcHm2][> <bob> [04:47] said so', '[04:46] <Radtoo^laptop> === no', '[04:46] <Chris|> * x'),
    );
    expect(log.chat.map(({ nick, content }) => [nick, content])).toEqual([
      ['][AcHm2][', '<bob> [04:47] said so'],
      ['Radtoo^laptop', '=== no'],
      ['Chris|', '* x'],
    ]);
  });

  it('keeps every character inside a text, and counts the texts whose ends a message does not keep', () => {
    const log = parseLog(
      logOf('[04:46] <ada> Aquí «solamente»\t😀  ok', '[04:46] <ada> \uFEFFhm ', '[04:46] <ada>  two'),
    );
    expect(log.chat.map(({ content }) => content)).toEqual(['Aquí «solamente»\t😀  ok', 'hm', 'two']);
    expect(log.trimmed).toBe(2);
  });

  it('counts lines without a text and lines of another form, and plays neither', () => {
    const log = parseLog(
      logOf('[04:46] <ada> ', '[04:46] <ada>', '[04:46]  * ada', 'something else', '[04:46] <ada> x'),
    );
    expect(log).toMatchObject({ lines: 5, empty: 3, unknown: 1 });
    expect(log.chat).toHaveLength(1);
  });

  it('takes no time of day that there is not', () => {
    const log = parseLog(logOf('[23:59] <ada> late', '[25:00] <ada> x', '[10:60] <ada> y', '[99:99]  * ada z'));
    expect(log).toMatchObject({ unknown: 3, unknownLines: [1, 2, 3] });
    expect(log.chat.map(({ content }) => content)).toEqual(['late']);
  });

  it('reads as many lines as it is told', () => {
    const log = parseLog(logOf('[04:46] <ada> 1', '=== x', '[04:46] <bob> 3'), '0 2 -\n', 2);
    expect(log).toMatchObject({ lines: 2, events: 1, annotatedReplies: 0, speakers: ['ada'] });
  });

  it('counts the annotation in lines of the file and gives the answered line by its place in what is played', () => {
    const log = parseLog(logOf('=== x', '[04:46] <ada> q', '=== y', '[04:46] <bob> a'), '1 1 -\n1 3 -\n');
    expect(log.chat.map(({ replyTo }) => replyTo)).toEqual([null, 0]);
    expect(log.annotatedReplies).toBe(1);
  });

  it('leaves an answer to an event a plain message', () => {
    const log = parseLog(logOf('=== ada has joined #ubuntu', '[04:46] <bob> welcome'), '0 1 -\n');
    expect(log.chat.map(({ replyTo }) => replyTo)).toEqual([null]);
    expect(log.annotatedReplies).toBe(1);
  });

  it('spreads the lines of a minute over it and goes on after midnight', () => {
    const log = parseLog(logOf('[23:59] <ada> 1', '[23:59] <ada> 2', '[00:00] <ada> 3', '[00:02] <ada> 4'));
    expect(log.chat.map(({ atMs }) => atMs)).toEqual([0, 30_000, 60_000, 180_000]);
  });

  it('finds the 179 nicks, 1,958 lines and 873 answers of the log that comes with the project', () => {
    const read = (name: string) => readFileSync(`test/data/irc/2008-04-27.${name}.txt`, 'utf8');
    const log = parseLog(read('raw'), read('replies'));
    expect(log).toMatchObject({ lines: 1979, events: 21, empty: 0, unknown: 0, annotatedReplies: 873 });
    expect(log.chat).toHaveLength(1958);
    expect(log.speakers).toHaveLength(179);
    expect(log.onlyActors.toSorted()).toEqual(['flyback', 'pclynch']);
    expect(log.chat.filter(({ replyTo }) => replyTo !== null)).toHaveLength(873);
    expect(log.chat.every(({ replyTo }, place) => replyTo === null || replyTo < place)).toBe(true);
  });
});

describe('parseReplies', () => {
  it('takes the latest of several answered lines that comes before', () => {
    expect([...parseReplies('1 5 -\n3 5 -\n2 5 -\n9 5 -\n')]).toEqual([[5, 3]]);
  });

  it('takes the start of a conversation for no answer', () => {
    expect(parseReplies('4 4 - \n').size).toBe(0);
  });
});
