import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { configurationDocument, envExample } from './documents.js';

describe('the documents about settings', () => {
  it.each([
    ['docs/configuration.md', configurationDocument],
    ['.env.example', envExample],
  ])('%s is what npm run docs writes', (path, make) => {
    expect(readFileSync(path, 'utf8')).toBe(make());
  });
});
