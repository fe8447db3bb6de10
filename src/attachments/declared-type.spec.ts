import { describe, expect, it } from '@jest/globals';

import { isContradicted } from './declared-type.js';

describe('a declared type', () => {
  it.each([
    ['image/png', 'image/png'],
    ['image/jpg', 'image/jpeg'],
    ['application/octet-stream', 'image/png'],
    ['', 'image/png'],
    ['audio/mp4', 'video/mp4'],
    ['text/csv', 'text/plain'],
    ['application/json', 'text/plain'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/zip'],
  ])('%s may be what the bytes say is %s', (declared, found) => {
    expect(isContradicted(declared, found)).toBe(false);
  });

  it.each([
    ['image/png', 'image/jpeg'],
    ['image/png', 'application/pdf'],
    ['application/pdf', 'application/zip'],
    ['text/plain', 'image/gif'],
    ['video/mp4', 'image/png'],
    ['application/zip', 'text/plain'],
  ])('%s is contradicted by bytes that say %s', (declared, found) => {
    expect(isContradicted(declared, found)).toBe(true);
  });
});
