const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

/** What a client may write for a text, a number or a time, and should not. */
const texts: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-1',
  '1.5',
  '0x10',
  '1e300',
  '-1e300',
  '9007199254740993',
  '9'.repeat(400),
  '../../../../etc/passwd',
  '..\\..',
  "' OR '1'='1",
  '{"$gt":""}',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  '(a+)+$',
  '\u202e\u200b\ufeff',
  'ﷺ'.repeat(200),
  '😀'.repeat(700),
  'x'.repeat(7_000),
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999+23:59',
  '+275760-09-13T00:00:00.001Z',
  '2026-W10-1T00:00Z',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '01890a5d-ac96-774b-bcce-b302099a8057',
  Buffer.from('["users",{"$gt":""}]').toString('base64url'),
  Buffer.from('[]').toString('base64url'),
];

/** As JSON, so that there is more to write than `JSON.stringify` does. */
export const hostileJson: readonly string[] = [
  ...[...texts, 'y'.repeat(20_000), null, true, 0, -0, -1, 1.5, 2 ** 53, 1e300, -1e300].map((one) =>
    JSON.stringify(one),
  ),
  ...[[], [null], ['a'], [['a']], [{}], Array(1_000).fill('a'), {}, { $gt: '' }, { $ne: null }].map((one) =>
    JSON.stringify(one),
  ),
  ...[{ $where: 'sleep(1000)' }, { a: 'b' }, { length: 1e9 }, { then: 1 }, { toJSON: 1 }, deep(14), deep(40)].map(
    (one) => JSON.stringify(one),
  ),
  // Half a surrogate pair, written out.
  '"\\ud800"',
  '"a\\udc00b"',
  '1e999',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{}}}',
  '{"$oid":"507f1f77bcf86cd799439011"}',
];

/** Whole bodies. */
export const hostileBodies: readonly string[] = [
  '',
  ' ',
  'null',
  '1',
  '"text"',
  '[]',
  '[{}]',
  '{',
  '{"a":1}x',
  '{"__proto__":{"a":1}}',
  '{"$set":{"role":"admin"}}',
  `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`,
  '{"a":1,"a":2}',
  "{'a':1}",
  '\ufeff{}',
];

/** What is no text at all when it is decoded, or another path. */
const encodings = [
  '%',
  '%zz',
  '%E0%A4%A',
  '%00',
  '%ED%A0%80',
  '%C0%AE',
  '%2e%2e',
  '%2f',
  '%5c',
  '%252e',
  '%ff',
  ';a=b',
];

/** In place of one part of a path. */
export const hostileParts: readonly string[] = [
  ...texts.filter((text) => text !== '').map(encodeURIComponent),
  ...encodings,
];

/** One query parameter, in all its forms. */
export function hostileQueries(name: string): string[] {
  return [
    ...[...texts.map(encodeURIComponent), ...encodings].map((value) => `${name}=${value}`),
    name,
    `${name}=1&${name}=2`,
    `${name}=&${name}=`,
    `${name}[]=1`,
    `${name}[0]=1`,
    `${name}[$gt]=`,
    `${name}[$ne]=1`,
    `${name}[a][b]=1`,
    `${name}[__proto__][a]=1`,
    `${name}.a=1`,
    `%24${name}=1`,
    `${name}=1&__proto__=1&constructor=2`,
    `${name.toUpperCase()}=1`,
  ];
}
