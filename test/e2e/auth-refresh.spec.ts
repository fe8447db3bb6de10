import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';

describe('refreshing tokens', () => {
  let app: TestApp;
  let api: ApiClient;
  let clock: TestClock;
  beforeAll(async () => {
    app = await startTestApp();
    api = new ApiClient(app.api);
    clock = takeClock(app);
  });
  afterAll(() => app.stop());

  const refresh = (refreshToken: string) => api.post<TokenPairView>('/auth/refresh', { refreshToken });
  const isAlive = async (accessToken: string) => (await api.as(accessToken).get('/users/me')).status === 200;

  it('gives a new pair of the same session', async () => {
    const ada = await aPerson(app);
    const next = expectStatus(await refresh(ada.tokens.refreshToken), 200);
    expect(next).toEqual({
      user: ada.user,
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 1800,
    });
    expect(next.refreshToken).not.toBe(ada.tokens.refreshToken);
    const { body } = await api.as(next.accessToken).get<unknown[]>('/auth/sessions');
    expect(body).toHaveLength(1);
    // The session lives on, and with it the access token that is not yet expired.
    expect(await isAlive(ada.tokens.accessToken)).toBe(true);
  });

  it('goes on and on, each token with its successor', async () => {
    const ada = await aPerson(app);
    const seen = new Set([ada.tokens.refreshToken]);
    let { refreshToken } = ada.tokens;
    for (let round = 0; round < 5; round += 1) {
      clock.advance(60_000);
      ({ refreshToken } = expectStatus(await refresh(refreshToken), 200));
      seen.add(refreshToken);
    }
    expect(seen.size).toBe(6);
  });

  it('gives the identical successor to the same token again within 10 s', async () => {
    const ada = await aPerson(app);
    const first = expectStatus(await refresh(ada.tokens.refreshToken), 200);
    clock.advance(limits.refresh.graceMs - 5_000);
    const again = expectStatus(await refresh(ada.tokens.refreshToken), 200);
    expect(again.refreshToken).toBe(first.refreshToken);
    expect(await isAlive(again.accessToken)).toBe(true);
    expectStatus(await refresh(first.refreshToken), 200);
  });

  it('ends with one living token when two, or twenty, refresh at once', async () => {
    const ada = await aPerson(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(ada.tokens.refreshToken)));
    const successors = new Set(answers.map((answer) => expectStatus(answer, 200).refreshToken));
    expect(successors.size).toBe(1);
    const [successor = ''] = successors;
    expectStatus(await refresh(successor), 200);
  });

  it('revokes the session when the same token comes again later than 10 s', async () => {
    const ada = await aPerson(app);
    const next = expectStatus(await refresh(ada.tokens.refreshToken), 200);
    clock.advance(limits.refresh.graceMs + 1);
    expectProblem(await refresh(ada.tokens.refreshToken), 'session_revoked');
    expectProblem(await refresh(next.refreshToken), 'session_revoked');
    expectProblem(await api.as(next.accessToken).get('/users/me'), 'session_revoked');
    expectProblem(await api.as(ada.tokens.accessToken).get('/users/me'), 'session_revoked');
  });

  it('revokes the session when a token of two generations back comes, however soon', async () => {
    const ada = await aPerson(app);
    const second = expectStatus(await refresh(ada.tokens.refreshToken), 200);
    const third = expectStatus(await refresh(second.refreshToken), 200);
    expectProblem(await refresh(ada.tokens.refreshToken), 'session_revoked');
    expectProblem(await refresh(third.refreshToken), 'session_revoked');
    expectProblem(await api.as(third.accessToken).get('/users/me'), 'session_revoked');
  });

  it('revokes that session only: another login of the same user goes on', async () => {
    const phone = await aPerson(app);
    const laptop = await phone.logInAgain();
    const second = expectStatus(await refresh(phone.tokens.refreshToken), 200);
    expectStatus(await refresh(second.refreshToken), 200);
    expectProblem(await refresh(phone.tokens.refreshToken), 'session_revoked');
    expect(await isAlive(laptop.tokens.accessToken)).toBe(true);
    expectStatus(await refresh(laptop.tokens.refreshToken), 200);
  });

  it('does not take an access token', async () => {
    const ada = await aPerson(app);
    expectProblem(await refresh(ada.tokens.accessToken), 'unauthenticated');
    expect(await isAlive(ada.tokens.accessToken)).toBe(true);
  });

  it('is refused after a logout', async () => {
    const ada = await aPerson(app);
    expectStatus(await ada.api.post('/auth/logout'), 204);
    expectProblem(await refresh(ada.tokens.refreshToken), 'session_revoked');
  });

  it('is refused when the account was deactivated', async () => {
    const ada = await aPerson(app);
    await app.connection.collection('users').updateOne({ username: ada.username }, { $set: { isActive: false } });
    expectProblem(await refresh(ada.tokens.refreshToken), 'session_revoked');
  });
});
