import { describe, expect, it } from '@jest/globals';

import { UsageError } from '../support/usage-error.js';
import { readArguments } from './arguments.js';

describe('readArguments', () => {
  it('plays a file on a server of its own, as fast as it goes, unless told otherwise', () => {
    expect(readArguments(['--log', 'a.raw.txt'])).toEqual({
      log: 'a.raw.txt',
      replies: undefined,
      url: undefined,
      speed: undefined,
      limit: undefined,
      chaos: 0,
      isJson: false,
    });
  });

  it('reads every option, and an address with or without a slash at its end', () => {
    const args = ['--log', 'a', '--replies', 'b', '--url', 'http://127.0.0.1:3000/', '--speed', '2.5', '--limit', '7'];
    expect(readArguments([...args, '--json'])).toMatchObject({
      replies: 'b',
      url: 'http://127.0.0.1:3000',
      speed: 2.5,
      limit: 7,
      isJson: true,
    });
    expect(readArguments(['--log', 'a', '--chaos', '3'])).toMatchObject({ chaos: 3 });
  });

  it('asks for nothing else when help is wanted', () => {
    expect(readArguments(['--help'])).toBeNull();
  });

  it.each([
    ['no log', []],
    ['an option that there is not', ['--log', 'a', '--fast']],
    ['a speed of nothing', ['--log', 'a', '--speed', '0']],
    ['half a line', ['--log', 'a', '--limit', '1.5']],
    ['a number in words', ['--log', 'a', '--chaos', 'three']],
    ['an address that is none', ['--log', 'a', '--url', 'localhost:3000']],
    ['chaos on the server of somebody else', ['--log', 'a', '--url', 'http://127.0.0.1:1', '--chaos', '1']],
  ])('refuses %s', (_what, args) => {
    expect(() => readArguments(args)).toThrow(UsageError);
  });
});
