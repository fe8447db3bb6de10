import { isIP } from 'node:net';

import { makeExactValidator } from 'envalid';
import ms from 'ms';

/** Whole numbers from `min` to `max`. */
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  makeExactValidator<number>((input) => {
    const value = Number(input);
    if (!/^-?\d+$/.test(input) || value < min || value > max) {
      throw new Error(`must be a whole number from ${String(min)} to ${String(max)}, not "${input}"`);
    }
    return value;
  });

/** `true` or `false`, nothing else: a misspelt "ture" must not quietly mean false. */
export const flag = makeExactValidator<boolean>((input) => {
  if (input !== 'true' && input !== 'false') throw new Error(`must be true or false, not "${input}"`);
  return input === 'true';
});

/** A duration such as `500ms`, `30s`, `30m`, `12h` or `7d`, in milliseconds. */
export const durationMs = makeExactValidator<number>((input) => {
  if (!/^\d+(ms|s|m|h|d)$/.test(input)) {
    throw new Error(`must be a duration such as 500ms, 30s, 30m or 7d, not "${input}"`);
  }
  const value = ms(input as ms.StringValue);
  if (value <= 0) throw new Error('must be longer than nothing');
  return value;
});

/** Comma-separated values; blanks around them do not count. */
function listed(input: string): string[] {
  return input
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Proxies to be trusted: a number of hops, or addresses, networks such as 10.0.0.0/8, and Express' names for some. */
export const proxies = makeExactValidator<readonly string[]>((input) => {
  const items = listed(input);
  if (items.length === 1 && /^\d{1,3}$/.test(items[0] ?? '')) return items;
  for (const item of items) {
    if (!isNetwork(item)) {
      throw new Error(`must be a number of hops, or addresses and networks such as 10.0.0.0/8; "${item}" is neither`);
    }
  }
  return items;
});

function isNetwork(item: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(item)) return true;
  const [address = '', bits, ...more] = item.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Origins as browsers send them: scheme, host and port, no path. */
export const origins = makeExactValidator<readonly string[]>((input) =>
  listed(input).map((item) => {
    if (!URL.canParse(item) || new URL(item).origin !== item) {
      throw new Error(`"${item}" is not an origin such as https://chat.example.org`);
    }
    return item;
  }),
);

/** A route prefix: starts with a slash, does not end in one. */
export const routePrefix = makeExactValidator<string>((input) => {
  if (!/^(\/[A-Za-z0-9_-]+)+$/.test(input)) throw new Error(`must look like /api/v1, not "${input}"`);
  return input;
});

export const webAddress = makeExactValidator<string>((input) => {
  if (!URL.canParse(input) || !['http:', 'https:'].includes(new URL(input).protocol)) {
    throw new Error('must be an address that starts with https:// or http://');
  }
  return input;
});

/** What links begin with: http or https, without a trailing slash, a query or a fragment. */
export const linkBase = makeExactValidator<string>((input) => {
  const url = URL.canParse(input) ? new URL(input) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || /[?#\s]|\/$/.test(input)) {
    throw new Error(`must be an address such as https://chat.example.org, not "${input}"`);
  }
  return input;
});

export const mongodbUri = makeExactValidator<string>((input) => {
  if (!/^mongodb(\+srv)?:\/\//.test(input)) throw new Error('must start with mongodb:// or mongodb+srv://');
  return input;
});

export const redisUri = makeExactValidator<string>((input) => {
  if (!/^rediss?:\/\//.test(input)) throw new Error('must start with redis:// or rediss://');
  return input;
});

export const text = (pattern: RegExp, expectation: string) =>
  makeExactValidator<string>((input) => {
    if (!pattern.test(input)) throw new Error(`must be ${expectation}`);
    return input;
  });

/** One of a few words. */
export const choice = <Word extends string>(...words: readonly Word[]) =>
  makeExactValidator<Word>((input) => {
    const found = words.find((word) => word === input);
    if (found === undefined) throw new Error(`must be one of ${words.join(', ')}, not "${input}"`);
    return found;
  });

/** Types of files such as `image/png`, or `image/*` for every one of a kind. */
export const contentTypes = makeExactValidator<readonly string[]>((input) => {
  const items = listed(input.toLowerCase());
  for (const item of items) {
    if (!/^[a-z]+\/(\*|[a-z0-9][a-z0-9.+-]*)$/.test(item)) {
      throw new Error(`"${item}" is neither a type such as image/png nor a kind such as image/*`);
    }
  }
  if (items.length === 0) throw new Error('must name at least one type');
  return items;
});
