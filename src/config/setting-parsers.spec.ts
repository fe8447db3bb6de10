import { describe, expect, it } from '@jest/globals';
import { cleanEnv, type Spec, type ValidatorSpec } from 'envalid';

import {
  choice,
  contentTypes,
  durationMs,
  flag,
  integer,
  linkBase,
  mongodbUri,
  origins,
  proxies,
  routePrefix,
  text,
  webAddress,
} from './setting-parsers.js';

/** What a parser makes of a text: the value, or why it refuses. */
function read<Value>(parser: (spec: Spec<Value>) => ValidatorSpec<Value>, input: string): unknown {
  const refusals: string[] = [];
  const values = cleanEnv(
    { SETTING: input },
    { SETTING: parser({}) },
    { reporter: ({ errors }) => refusals.push(...Object.values(errors).map(({ message }) => message)) },
  );
  return refusals.length > 0 ? refusals : values.SETTING;
}

const day = 24 * 60 * 60 * 1000;

describe('the parsers of settings', () => {
  it.each([
    ['0', 0],
    ['100', 100],
    ['007', 7],
  ])('read the whole number %j', (input, expected) => {
    expect(read(integer(0, 100), input)).toBe(expected);
  });

  it.each(['-1', '101', '1.5', '1e2', '0x10', ' 1', '1 ', 'ten', '', '1_000', 'NaN', 'Infinity', '9'.repeat(400)])(
    'refuse %j for a whole number from 0 to 100',
    (input) => {
      expect(read(integer(0, 100), input)).toEqual([expect.stringContaining('must be a whole number from 0 to 100')]);
    },
  );

  it.each([
    ['true', true],
    ['false', false],
  ])('read the flag %j', (input, expected) => {
    expect(read(flag, input)).toBe(expected);
  });

  it.each(['ture', 'TRUE', '1', '0', 'yes', 'on', ''])(
    'refuse the flag %j: it must not quietly mean false',
    (input) => {
      expect(read(flag, input)).toEqual([`must be true or false, not "${input}"`]);
    },
  );

  it.each([
    ['1ms', 1],
    ['500ms', 500],
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['12h', day / 2],
    ['7d', 7 * day],
  ])('read the duration %j', (input, expected) => {
    expect(read(durationMs, input)).toBe(expected);
  });

  it.each(['30', '30 s', '-30s', '1.5h', '30S', '7 days', '1w', 's', ''])('refuse the duration %j', (input) => {
    expect(read(durationMs, input)).toEqual([expect.stringContaining('must be a duration such as')]);
  });

  it('refuse a duration of nothing', () => {
    expect(read(durationMs, '0s')).toEqual(['must be longer than nothing']);
  });

  it.each([
    ['1', ['1']],
    ['127.0.0.1', ['127.0.0.1']],
    [' 10.0.0.0/8 , ::1 ,, fd00::/8 ', ['10.0.0.0/8', '::1', 'fd00::/8']],
    ['loopback, uniquelocal', ['loopback', 'uniquelocal']],
    [',', []],
  ])('read the proxies %j', (input, expected) => {
    expect(read(proxies, input)).toEqual(expected);
  });

  it.each([
    'foo',
    'true',
    '-1',
    '1.5',
    '10.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '1000',
    'fe80::1%eth0',
  ])('refuse the proxy %j, which would trust nobody or end the start with a stack trace', (input) => {
    const fault = `must be a number of hops, or addresses and networks such as 10.0.0.0/8; "${input}" is neither`;
    expect(read(proxies, input)).toEqual([fault]);
  });

  it('refuse hops beside addresses', () => {
    expect(read(proxies, '1, 10.0.0.1')).toEqual([expect.stringContaining('"1" is neither')]);
  });

  it.each([
    ['http://localhost:3000', ['http://localhost:3000']],
    ['https://a.example.org, https://b.example.org:8443', ['https://a.example.org', 'https://b.example.org:8443']],
  ])('read the origins %j', (input, expected) => {
    expect(read(origins, input)).toEqual(expected);
  });

  it.each([
    '*',
    'null',
    'a.example.org',
    'https://a.example.org/',
    'https://a.example.org/chat',
    'https://A.example.org',
    'https://a.example.org:443',
    'https://user@a.example.org',
    'file:///tmp',
  ])('refuse the origin %j, which no browser sends', (input) => {
    const fault = `"${input}" is not an origin such as https://chat.example.org`;
    expect(read(origins, `https://fine.example.org,${input}`)).toEqual([fault]);
  });

  it.each(['/api', '/api/v1', '/a_b-c/D'])('read the route prefix %j', (input) => {
    expect(read(routePrefix, input)).toBe(input);
  });

  it.each(['', '/', 'api', '/api/', '//api', '/api v1', '/api?x', '/:id', '/../x'])(
    'refuse the route prefix %j',
    (input) => {
      expect(read(routePrefix, input)).toEqual([`must look like /api/v1, not "${input}"`]);
    },
  );

  it.each(['http://localhost:3000', 'https://chat.example.org', 'https://example.org/chat'])(
    'read the base of links %j',
    (input) => {
      expect(read(linkBase, input)).toEqual(input);
    },
  );

  it.each([
    '',
    'chat.example.org',
    'https://',
    'ftp://example.org',
    'https://a.org/',
    'https://a.org?x',
    'https://a.org#x',
  ])('refuse the base of links %j', (input) => {
    expect(read(linkBase, input)).toEqual([`must be an address such as https://chat.example.org, not "${input}"`]);
  });

  it.each(['mongodb://127.0.0.1:27017', 'mongodb+srv://db.example.org', 'mongodb://%2Ftmp%2Fa.sock'])(
    'read the address %j of a database',
    (input) => {
      expect(read(mongodbUri, input)).toBe(input);
    },
  );

  it.each(['', '127.0.0.1:27017', 'postgres://db', ' mongodb://db', 'mongodb:/db'])(
    'refuse %j for the address of a database, without repeating it: it may hold a password',
    (input) => {
      expect(read(mongodbUri, input)).toEqual(['must start with mongodb:// or mongodb+srv://']);
    },
  );

  it.each(['https://login.example.org/keys', 'http://127.0.0.1:8080/jwks.json'])('read the web address %j', (input) => {
    expect(read(webAddress, input)).toBe(input);
  });

  it.each(['', 'login.example.org', 'file:///etc/passwd', 'https://', 'data:,{}'])(
    'refuse the web address %j',
    (input) => {
      expect(read(webAddress, input)).toEqual(['must be an address that starts with https:// or http://']);
    },
  );

  it.each([
    ['image/png', ['image/png']],
    [' image/* , Text/Plain,', ['image/*', 'text/plain']],
    ['application/vnd.oasis.opendocument.text', ['application/vnd.oasis.opendocument.text']],
  ])('read the types of files %j', (input, expected) => {
    expect(read(contentTypes, input)).toEqual(expected);
  });

  it.each(['*', '*/*', 'image', 'image/', 'png', '.png', 'image/png; q=1', 'image/p*'])(
    'refuse the type of a file %j',
    (input) => {
      const fault = `"${input}" is neither a type such as image/png nor a kind such as image/*`;
      expect(read(contentTypes, `text/plain,${input}`)).toEqual([fault]);
    },
  );

  it('refuse a list of types with nothing in it, which would take no file at all', () => {
    expect(read(contentTypes, ',')).toEqual(['must name at least one type']);
  });

  it('read and refuse texts by their pattern, without repeating what may be secret', () => {
    const word = text(/^\S+$/, 'one word');
    expect(read(word, 'confab')).toBe('confab');
    expect(read(word, 'two words')).toEqual(['must be one word']);
  });

  it('read one of a few words, and name them when it is another', () => {
    const word = choice('open', 'closed');
    expect(read(word, 'open')).toBe('open');
    expect(read(word, 'Open')).toEqual(['must be one of open, closed, not "Open"']);
  });
});
