import { describe, expect, it } from '@jest/globals';

import {
  ago,
  bytes,
  count,
  duration,
  megabytes,
  percent,
  perSecond,
  shortCount,
  shortId,
  span,
  timeOfDay,
} from './format.js';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_234, '1,234'],
    [1_234_567, '1,234,567'],
    [null, '–'],
  ])('counts %s as %s', (value, text) => expect(count(value)).toBe(text));

  it.each([
    [99_999, '99,999'],
    [123_456, '123K'],
    [1_234_567, '1.23M'],
    [null, '–'],
  ])('counts %s as %s where there is little room', (value, text) => expect(shortCount(value)).toBe(text));

  it.each([
    [0, '0/s'],
    [0.1, '0.1/s'],
    [0.999, '1/s'],
    [9.96, '10/s'],
    [12.34, '12/s'],
    [4_321, '4,321/s'],
    [null, '–'],
  ])('gives the rate %s as %s', (value, text) => expect(perSecond(value)).toBe(text));

  it.each([
    [0, '0%'],
    [0.0004, '<0.01%'],
    [0.25, '0.25%'],
    [5, '5%'],
    [99.96, '100%'],
    [100, '100%'],
    [null, '–'],
  ])('gives the share %s as %s', (value, text) => expect(percent(value)).toBe(text));
});

describe('durations for people', () => {
  it.each([
    [0, '0 ms'],
    [0.423, '0.42 ms'],
    [4.25, '4.3 ms'],
    [412.4, '412 ms'],
    [999.7, '1 s'],
    [1_240, '1.24 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [null, '–'],
  ])('shows %s ms as %s', (value, text) => expect(duration(value)).toBe(text));

  it.each([
    [0, '0 s'],
    [40.4, '40 s'],
    [60, '1 min'],
    [725, '12 min 5 s'],
    [3_600 * 4 + 59, '4 h'],
    [86_400 * 3 + 3_600 * 4, '3 d 4 h'],
  ])('shows %s s as %s', (value, text) => expect(span(value)).toBe(text));

  it('says how long ago something was', () => {
    const now = new Date('2026-11-20T12:00:00.000Z');
    expect(ago('2026-11-20T11:59:48.000Z', now)).toBe('12 s ago');
    expect(ago('2026-11-20T12:00:00.400Z', now)).toBe('now');
    expect(ago('2026-11-20T08:01:00.000Z', now)).toBe('3 h ago');
    expect(ago(null, now)).toBe('–');
  });

  it('gives the time of day with seconds', () => {
    expect(timeOfDay('2026-11-20T12:05:22.000Z')).toMatch(/^\d\d:\d\d:22$/);
  });
});

describe('sizes for people', () => {
  it.each([
    [0, '0 MB'],
    [412.3, '412 MB'],
    [1_536, '1.5 GB'],
    [32_768, '32 GB'],
    [null, '–'],
  ])('shows %s MB as %s', (value, text) => expect(megabytes(value)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_536, '1.5 KB'],
    [12_582_912, '12 MB'],
    [2_199_023_255_552_000, '2,000 TB'],
    [null, '–'],
  ])('shows %s bytes as %s', (value, text) => expect(bytes(value)).toBe(text));
});

describe('ids for people', () => {
  it('shortens long ones and leaves short ones alone', () => {
    expect(shortId('0198a2f0-1111-7222-8333-444455556666')).toBe('0198a2f0');
    expect(shortId('my-request')).toBe('my-request');
  });
});
