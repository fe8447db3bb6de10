import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { LimitsView } from '../../contract/views.js';
import { WindowCounters } from '../../src/common/rate-limits/window-counters.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Forgets all counts, as if everyone had been quiet for long: tests do not wait for a minute to pass. */
function calmDown({ app }: TestApp): void {
  (app.get<unknown>(WindowCounters) as { windows: { clear: () => void } }).windows.clear();
}

describe('rate limits of requests', () => {
  let app: TestApp;
  let api: ApiClient;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp({
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_AUTH_PER_MINUTE: '3',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '8',
    });
    api = new ApiClient(app.api);
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    calmDown(app);
  });

  const logIn = (client = api, headers: Record<string, string> = {}) =>
    client.request('POST', '/auth/login', { login: 'nobody', password: 'wrong password' }, headers);

  it('refuses the fourth login of a minute, and says when to come again', async () => {
    for (let attempt = 1; attempt <= 3; attempt += 1) expectProblem(await logIn(), 'invalid_credentials');
    const answer = await logIn();
    const { retryAfter } = expectProblem(answer, 'rate_limited');
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(answer.headers.get('retry-after')).toBe(String(retryAfter));
  });

  it('counts register, login, refresh and the change of a password together', async () => {
    const username = `u-${randomUUID().slice(0, 20)}`;
    await api.post('/auth/register', { username, email: `${username}@example.org`, password: 'correct horse' });
    await api.post('/auth/refresh', { refreshToken: ada.tokens.refreshToken });
    await ada.api.put('/auth/password', { currentPassword: 'a guess', newPassword: 'another password' });
    expectProblem(await logIn(), 'rate_limited');
  });

  it('counts logins by address, whoever the client says he is', async () => {
    for (let attempt = 1; attempt <= 3; attempt += 1) await logIn();
    expectProblem(await logIn(ada.api), 'rate_limited');
    expectProblem(await logIn(bob.api), 'rate_limited');
    expectProblem(await logIn(api, { 'x-forwarded-for': '203.0.113.7' }), 'rate_limited');
    expectProblem(await logIn(api, { forwarded: 'for=203.0.113.7' }), 'rate_limited');
  });

  it('tells on every answer how much is left', async () => {
    const answers = [await ada.api.get('/users/me'), await ada.api.get('/groups')];
    expect(answers.map(({ headers }) => headers.get('ratelimit-limit'))).toEqual(['8', '8']);
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['7', '6']);
    for (const { headers } of answers) {
      expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
      expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    }
    const { headers } = await logIn();
    expect(headers.get('ratelimit-limit-authperminute')).toBe('3');
    expect(headers.get('ratelimit-remaining-authperminute')).toBe('2');
  });

  it('counts signed-in requests for each user, over all routes', async () => {
    for (let request = 1; request <= 4; request += 1) {
      expectStatus(await ada.api.get('/users/me'), 200);
      expectStatus(await ada.api.get('/groups'), 200);
    }
    expectProblem(await ada.api.get('/users/me'), 'rate_limited');
    expectStatus(await bob.api.get('/users/me'), 200);
  });

  it('counts a user once, on how many devices he may be', async () => {
    const laptop = await ada.logInAgain();
    calmDown(app);
    for (let request = 1; request <= 4; request += 1) {
      await ada.api.get('/users/me');
      await laptop.api.get('/users/me');
    }
    expectProblem(await ada.api.get('/users/me'), 'rate_limited');
    expectProblem(await laptop.api.get('/users/me'), 'rate_limited');
  });

  it('counts guesses at tokens by address, before it looks whether they are good', async () => {
    for (let guess = 1; guess <= 8; guess += 1) {
      expectProblem(await api.as(`guess-${String(guess)}`).get('/users/me'), 'unauthenticated');
    }
    expectProblem(await api.as('guess-9').get('/users/me'), 'rate_limited');
    expectStatus(await ada.api.get('/users/me'), 200);
  });

  it('shows in the limits what is left', async () => {
    await ada.api.get('/users/me');
    const { rates } = expectStatus(await ada.api.get<LimitsView>('/limits'), 200);
    expect(rates.find(({ name }) => name === 'requestsPerMinute')).toEqual({
      name: 'requestsPerMinute',
      limit: 8,
      windowSeconds: 60,
      remaining: 6,
    });
  });
});

describe('the hourly limit of requests', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS_PER_HOUR: '5' });
  });
  afterAll(() => app.stop());

  it('holds beside the one of a minute', async () => {
    const ada = await aPerson(app);
    for (let request = 1; request <= 5; request += 1) expectStatus(await ada.api.get('/users/me'), 200);
    const { retryAfter } = expectProblem(await ada.api.get('/users/me'), 'rate_limited');
    expect(retryAfter).toBeGreaterThan(60);
    expect(retryAfter).toBeLessThanOrEqual(3600);
  });
});
