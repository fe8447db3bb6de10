import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { problems, type ProblemCode } from '../../contract/problems.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import { issuerAlgorithms, newIssuerKey, TokenIssuer, type IssuerAlgorithm } from '../support/token-issuer.js';
import { tokenWays } from '../support/token-ways.js';

const minuteMs = 60_000;
const refused = (code: ProblemCode) => ({ status: problems[code].status, code });
/** The plain WebSocket stands for all ways here: that they agree is tested with the attacks. */
const way = tokenWays.find(([name]) => name.startsWith('the plain WebSocket'))![1];

describe('the keys of another issuer', () => {
  let issuer: TokenIssuer;
  let app: TestApp;
  let clock: TestClock;
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
  });
  afterAll(() => issuer.stop());
  beforeEach(async () => {
    issuer.keys = [newIssuerKey()];
    issuer.answer = undefined;
    app = await startTestApp(issuer.settings);
    clock = takeClock(app);
    issuer.fetches = 0;
  });
  afterEach(() => app.stop());

  const ask = (token: string) => way(app, token);

  it.each(Object.keys(issuerAlgorithms) as IssuerAlgorithm[])('are taken for %s', async (alg) => {
    issuer.keys = [newIssuerKey(alg)];
    expect(await ask(issuer.token())).toBe('let in');
  });

  it('are asked for once, however many tokens come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => ask(issuer.token())));
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'let in'));
    await ask(issuer.token());
    expect(issuer.fetches).toBe(1);
  });

  it('are found when they are rotated, and the former ones stay good while they are published', async () => {
    const [former] = issuer.keys;
    expect(await ask(issuer.token())).toBe('let in');
    issuer.keys = [former!, newIssuerKey('RS256')];
    clock.advance(minuteMs);
    expect(await ask(issuer.token())).toBe('let in');
    expect(await ask(issuer.token({}, former))).toBe('let in');
    expect(issuer.fetches).toBe(2);
  });

  it('are refused ten minutes after they were withdrawn at the latest', async () => {
    const [former] = issuer.keys;
    expect(await ask(issuer.token())).toBe('let in');
    issuer.keys = [newIssuerKey()];
    clock.advance(9 * minuteMs);
    expect(await ask(issuer.token({}, former))).toBe('let in');
    clock.advance(minuteMs);
    expect(await ask(issuer.token({}, former))).toEqual(refused('unauthenticated'));
    expect(await ask(issuer.token())).toBe('let in');
  });

  it('are asked for at most once a minute, however many key ids somebody makes up', async () => {
    expect(await ask(issuer.token())).toBe('let in');
    const flood = async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, () => ask(issuer.token({}, newIssuerKey('EdDSA')))),
      );
      expect(outcomes).toEqual(Array.from({ length: 30 }, () => refused('unauthenticated')));
    };
    await flood();
    expect(issuer.fetches).toBe(1);
    clock.advance(minuteMs);
    await flood();
    await flood();
    expect(issuer.fetches).toBe(2);
    clock.advance(minuteMs - 1_000);
    await flood();
    expect(issuer.fetches).toBe(2);
    clock.advance(1_000);
    await flood();
    expect(issuer.fetches).toBe(3);
    expect(await ask(issuer.token())).toBe('let in');
  });

  it.each<[string, (issuer: TokenIssuer) => void]>([
    ['cannot be reached', (one) => (one.answer = (response) => response.destroy())],
    ['answers with an error', (one) => (one.answer = (response) => response.writeHead(500).end(one.published()))],
    ['sends elsewhere', (one) => (one.answer = (response) => response.writeHead(302, { location: one.uri }).end())],
    ['answers no JSON', (one) => (one.answer = (response) => response.end('<html>'))],
    ['answers JSON that is no set of keys', (one) => (one.answer = (response) => response.end('{"keys":{}}'))],
    ['answers null', (one) => (one.answer = (response) => response.end('null'))],
    ['answers keys that are none', (one) => (one.answer = (response) => response.end('{"keys":[1,null]}'))],
    [
      'answers too much',
      (one) =>
        (one.answer = (response) =>
          response.end(JSON.stringify({ ...JSON.parse(one.published()), x: 'x'.repeat(300_000) }))),
    ],
    ['answers nested without end', (one) => (one.answer = (response) => response.end(`{"keys":${'['.repeat(50_000)}`))],
  ])('stay good when the issuer %s, and it is asked again a minute later', async (_what, breakDown) => {
    expect(await ask(issuer.token())).toBe('let in');
    const fresh = newIssuerKey();
    const known = issuer.keys[0]!;
    breakDown(issuer);
    issuer.keys.push(fresh);
    // Past the ten minutes for which keys are kept.
    clock.advance(15 * minuteMs);
    expect(await ask(issuer.token({}, known))).toBe('let in');
    expect(await ask(issuer.token({}, fresh))).toEqual(refused('unauthenticated'));
    expect(await ask(issuer.token({}, known))).toBe('let in');
    expect(issuer.fetches).toBe(2);
    issuer.answer = undefined;
    clock.advance(minuteMs);
    expect(await ask(issuer.token({}, fresh))).toBe('let in');
    expect(issuer.fetches).toBe(3);
  });

  it('are not waited for longer than three seconds, by nobody twice', async () => {
    expect(await ask(issuer.token())).toBe('let in');
    issuer.answer = () => undefined;
    clock.advance(15 * minuteMs);
    const startedAt = performance.now();
    const outcomes = await Promise.all([
      ask(issuer.token()),
      ask(issuer.token()),
      ask(issuer.token({}, newIssuerKey())),
    ]);
    expect(outcomes).toEqual(['let in', 'let in', refused('unauthenticated')]);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    const again = performance.now();
    expect(await ask(issuer.token())).toBe('let in');
    expect(performance.now() - again).toBeLessThan(2_000);
    expect(issuer.fetches).toBe(2);
  });

  it('that were never loaded are no fault of the token: 503, and asked for again after five seconds', async () => {
    issuer.answer = (response) => response.destroy();
    expect(await ask(issuer.token())).toEqual(refused('unavailable'));
    expect(await ask(issuer.token())).toEqual(refused('unavailable'));
    expect(issuer.fetches).toBe(1);
    issuer.answer = undefined;
    clock.advance(5_000);
    expect(await ask(issuer.token())).toBe('let in');
    expect(issuer.fetches).toBe(2);
  });

  it('of which one is none do not spoil the others', async () => {
    const [good] = issuer.keys;
    const { keys } = JSON.parse(issuer.published()) as { keys: object[] };
    issuer.answer = (response) =>
      response.end(JSON.stringify({ keys: [{ kty: 'EC', kid: 'bad', crv: 'P-256' }, ...keys] }));
    expect(await ask(issuer.token({}, { ...newIssuerKey(), kid: 'bad' }))).toEqual(refused('unauthenticated'));
    expect(await ask(issuer.token({}, good))).toBe('let in');
  });
});
