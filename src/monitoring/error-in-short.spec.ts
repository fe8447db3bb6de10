import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';

import { errorInShort } from './error-in-short.js';

describe('errorInShort', () => {
  it('names the index of a duplicate, and not the value that was there before', () => {
    const message =
      'E11000 duplicate key error collection: c.users index: emailKey_1 dup key: { emailKey: "a}@b.org" }';
    const error = new mongo.MongoServerError({ message, code: 11_000, keyValue: { emailKey: 'a}@b.org' } });
    const later = errorInShort(new Error('could not be stored', { cause: error }));
    expect(JSON.stringify([errorInShort(error), later])).not.toContain('b.org');
    expect(errorInShort(error)).toMatchObject({
      type: 'MongoServerError',
      code: 11_000,
      message: expect.stringMatching(/index: emailKey_1 dup key$/),
    });
    expect(later).toMatchObject({ stack: expect.stringContaining('caused by: MongoServerError') });
  });

  it('says what went wrong in each of several tries', () => {
    const several = new AggregateError([new Error('one'), new Error('two')]);
    expect(errorInShort(several)).toMatchObject({ aggregateErrors: [{ message: 'one' }, { message: 'two' }] });
  });

  it('leaves alone what is no error', () => {
    expect([errorInShort('gone'), errorInShort(null), errorInShort({ message: 1 })]).toEqual([
      'gone',
      null,
      { message: 1 },
    ]);
  });
});
