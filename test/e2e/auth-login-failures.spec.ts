import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { LimitsView, TokenPairView } from '../../contract/views.js';
import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';

const { failureWindowMs, freeFailures, maxDelayMs, forgottenAfterMs } = limits.login;
const allowed = 4;

describe('failed logins', () => {
  let app: TestApp;
  let api: ApiClient;
  let clock: TestClock;
  let ada: Person;
  let lastAddress = 0;
  beforeAll(async () => {
    app = await startTestApp({
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_AUTH_PER_MINUTE: '100000',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100000',
      RATE_LIMIT_LOGIN_FAILURES: String(allowed),
      // So that a test can come from anywhere.
      TRUST_PROXY: '127.0.0.1',
    });
    api = new ApiClient(app.api);
    clock = takeClock(app);
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    ada = await aPerson(app);
  });

  const anAddress = () => `198.51.${String(Math.floor((lastAddress += 1) / 250))}.${String((lastAddress % 250) + 1)}`;
  const logIn = (login: string, password: string, address: string): Promise<ApiAnswer<TokenPairView>> =>
    api.request('POST', '/auth/login', { login, password }, { 'x-forwarded-for': address });
  const guess = (login: string, address: string) => logIn(login, 'wrong password', address);
  /** Failures from an address each, as many as a name has before anybody has to wait. */
  const struggle = async (login: string) => {
    for (let count = 0; count < freeFailures; count += 1) {
      expectProblem(await guess(login, anAddress()), 'invalid_credentials');
    }
  };

  it('are counted for a name at an address, and then nobody there gets in by it for a while', async () => {
    const address = anAddress();
    for (let count = 0; count < allowed; count += 1)
      expectProblem(await guess(ada.username, address), 'invalid_credentials');
    const { retryAfter } = expectProblem(await guess(ada.username, address), 'rate_limited');
    expect(retryAfter).toBeGreaterThan(800);
    expect(retryAfter).toBeLessThanOrEqual(failureWindowMs / 1000);
    expectProblem(await logIn(ada.username.toUpperCase(), ada.password, address), 'rate_limited');
    // Another name there, and this name elsewhere, are as before.
    const bob = await aPerson(app);
    expectStatus(await logIn(bob.username, bob.password, address), 200);
    expectStatus(await logIn(ada.username, ada.password, anAddress()), 200);
    clock.advance(failureWindowMs);
    expectStatus(await logIn(ada.username, ada.password, address), 200);
  });

  it('are counted also when they come all at once', async () => {
    const address = anAddress();
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess(ada.username, address)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(allowed);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(12 - allowed);
  });

  it('are forgotten by a login that succeeds', async () => {
    const address = anAddress();
    for (let round = 0; round < 3; round += 1) {
      for (let count = 1; count < allowed; count += 1) await guess(ada.username, address);
      expectStatus(await logIn(ada.username, ada.password, address), 200);
    }
  });

  it('are told of in headers, on every answer', async () => {
    const address = anAddress();
    const told = ({ headers }: ApiAnswer) =>
      ['limit', 'remaining'].map((what) => headers.get(`ratelimit-${what}-loginfailures`));
    const first = await guess(ada.username, address);
    expect(told(first)).toEqual(['4', '3']);
    const reset = Number(first.headers.get('ratelimit-reset-loginfailures'));
    expect(reset).toBeGreaterThan(890);
    expect(reset).toBeLessThanOrEqual(900);
    expect(told(await guess(ada.username, address))).toEqual(['4', '2']);
    expect(told(await logIn(ada.username, ada.password, address))).toEqual(['4', '4']);
    for (let count = 0; count <= allowed; count += 1) await guess(ada.username, address);
    expect(told(await guess(ada.username, address))).toEqual(['4', '0']);
  });

  it('answer alike for a name that nobody has', async () => {
    const address = anAddress();
    const courseOf = async (login: string) => {
      const course: unknown[] = [];
      for (let count = 0; count < allowed + 2; count += 1) {
        const { status, body, headers } = await guess(login, address);
        const { correlationId: _, ...document } = body as unknown as Record<string, unknown>;
        const rate = ['limit', 'remaining', 'reset'].map((what) => headers.get(`ratelimit-${what}-loginfailures`));
        course.push({ status, document, rate });
      }
      return course;
    };
    // The clock stands still in between, as far as whole seconds show.
    const known = JSON.stringify(await courseOf(ada.username)).replace(/\b(89\d|900)\b/g, 'soon');
    const unknown = JSON.stringify(await courseOf('nobody-of-this-name')).replace(/\b(89\d|900)\b/g, 'soon');
    expect(unknown).toBe(known);
  });

  it('from everywhere make the next address wait, twice as long each time, up to a minute', async () => {
    await struggle(ada.username);
    const waits: number[] = [];
    for (let count = 0; count < 9; count += 1) {
      const { retryAfter = 0 } = expectProblem(await guess(ada.username, anAddress()), 'rate_limited');
      waits.push(retryAfter);
      clock.advance(retryAfter * 1000);
      expectProblem(await guess(ada.username, anAddress()), 'invalid_credentials');
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, maxDelayMs / 1000, maxDelayMs / 1000, maxDelayMs / 1000]);
    clock.advance(forgottenAfterMs);
    for (let count = 0; count < 3; count += 1)
      expectProblem(await guess(ada.username, anAddress()), 'invalid_credentials');
  });

  it('from everywhere make nobody wait longer who does not try again', async () => {
    await struggle(ada.username);
    for (let count = 0; count < 5; count += 1) {
      const { retryAfter } = expectProblem(await guess(ada.username, anAddress()), 'rate_limited');
      expect(retryAfter).toBe(1);
    }
    clock.advance(1_000);
    expectStatus(await logIn(ada.username, ada.password, anAddress()), 200);
  });

  it('from everywhere do not keep the owner out where he has logged in before', async () => {
    const home = anAddress();
    const { accessToken } = expectStatus(await logIn(ada.username, ada.password, home), 200);
    expectStatus(await api.as(accessToken).post('/auth/logout'), 204);
    await struggle(ada.username);
    expectProblem(await logIn(ada.username, ada.password, anAddress()), 'rate_limited');
    expectStatus(await logIn(ada.username, ada.password, home), 200);
    // His login gave the others no new guesses.
    expectProblem(await guess(ada.username, anAddress()), 'rate_limited');
  });

  it('from everywhere do not keep him out there after a restart of the server either', async () => {
    const home = anAddress();
    expectStatus(await logIn(ada.username, ada.password, home), 200);
    const again = await startTestApp({
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_AUTH_PER_MINUTE: '100000',
      TRUST_PROXY: '127.0.0.1',
      DATABASE_NAME: app.connection.name,
    });
    const at = (password: string, address: string) =>
      new ApiClient(again.api).request(
        'POST',
        '/auth/login',
        { login: ada.username, password },
        { 'x-forwarded-for': address },
      );
    for (let count = 0; count < freeFailures; count += 1) await at('wrong password', anAddress());
    expectProblem(await at(ada.password, anAddress()), 'rate_limited');
    expectStatus(await at(ada.password, home), 200);
    await again.stopKeepingData();
  });

  it('count a network of IPv6 as one address', async () => {
    for (let count = 0; count < allowed; count += 1) {
      expectProblem(await guess(ada.username, `2001:db8:7:7::${String(count + 1)}`), 'invalid_credentials');
    }
    expectProblem(await guess(ada.username, '2001:db8:7:7:ffff::1'), 'rate_limited');
    expectProblem(await guess(ada.username, '2001:db8:7:8::1'), 'invalid_credentials');
  });

  it('are not counted when nothing was tried', async () => {
    const address = anAddress();
    const answers = await Promise.all(
      Array.from({ length: allowed * 2 }, () =>
        api.request('POST', '/auth/login', '{"login":', { 'x-forwarded-for': address }),
      ),
    );
    for (const answer of answers) expectProblem(answer, 'malformed_json');
    expectStatus(await logIn(ada.username, ada.password, address), 200);
  });

  it('keep who has stolen a token from guessing the password, and lock no login', async () => {
    const change = () => ada.api.put('/auth/password', { currentPassword: 'a guess', newPassword: 'battery staple' });
    for (let count = 0; count < allowed; count += 1) expectProblem(await change(), 'invalid_credentials');
    expectProblem(await change(), 'rate_limited');
    expectStatus(await ada.logInAgain().then((person) => person.api.get('/users/me')), 200);
  });

  it('stand in the limits, with what is left of every rate', async () => {
    await guess(ada.username, anAddress());
    await api.post('/auth/login', { login: ada.username, password: 'wrong password' });
    const { rates } = expectStatus(await ada.api.get<LimitsView>('/limits'), 200);
    const left = Object.fromEntries(rates.map(({ name, limit, remaining }) => [name, limit - remaining]));
    expect(left).toMatchObject({ loginFailures: 1, messagesPerMinute: 0, requestsPerMinute: 1 });
    expect(left['authPerMinute']).toBeGreaterThan(0);
    expect(rates.find(({ name }) => name === 'loginFailures')).toEqual({
      name: 'loginFailures',
      limit: allowed,
      windowSeconds: 900,
      remaining: allowed - 1,
    });
  });
});
