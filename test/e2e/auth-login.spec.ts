import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('logging in', () => {
  let app: TestApp;
  let api: ApiClient;
  beforeAll(async () => {
    app = await startTestApp();
    api = new ApiClient(app.api);
  });
  afterAll(() => app.stop());

  const logIn = (login: string, password: string) => api.post<TokenPairView>('/auth/login', { login, password });

  it('takes the username or the e-mail address, in any case', async () => {
    const ada = await aPerson(app);
    const logins = [ada.username, ada.username.toUpperCase(), ada.user.email!, ada.user.email!.toUpperCase()];
    for (const login of logins) {
      const body = expectStatus(await logIn(login, ada.password), 200);
      expect(body.user).toEqual({ ...ada.user, lastLoginAt: body.user.lastLoginAt });
      expectStatus(await api.as(body.accessToken).get('/users/me'), 200);
    }
  });

  it('notes the time of the login', async () => {
    const ada = await aPerson(app);
    const { user } = expectStatus(await logIn(ada.username, ada.password), 200);
    expect(Date.parse(user.lastLoginAt!)).toBeGreaterThanOrEqual(Date.parse(ada.user.lastLoginAt!));
    expect((await ada.api.get('/users/me')).body).toEqual(user);
  });

  it('answers a wrong name and a wrong password alike', async () => {
    const ada = await aPerson(app);
    const answers = await Promise.all([
      logIn(ada.username, 'wrong password'),
      logIn(ada.user.email!, 'wrong password'),
      logIn(`nobody-${randomUUID().slice(0, 8)}`, 'wrong password'),
      logIn(`nobody-${randomUUID()}@example.org`, 'wrong password'),
    ]);
    const documents = answers.map((answer) => ({
      ...expectProblem(answer, 'invalid_credentials'),
      correlationId: 'another for each',
    }));
    for (const document of documents) expect(document).toEqual(documents[0]);
  });

  it('refuses a deactivated account like a wrong password', async () => {
    const ada = await aPerson(app);
    await app.connection.collection('users').updateOne({ username: ada.username }, { $set: { isActive: false } });
    expectProblem(await logIn(ada.username, ada.password), 'invalid_credentials');
  });

  describe('with a password of 72 bytes, all that bcrypt looks at', () => {
    const register = async (password: string): Promise<string> => {
      const username = `u-${randomUUID().slice(0, 20)}`;
      const email = `${username}@example.org`;
      expectStatus(await api.post('/auth/register', { username, email, password }), 201);
      return username;
    };

    it('refuses one that differs in its last byte', async () => {
      const password = 'é'.repeat(36);
      const username = await register(password);
      expectStatus(await logIn(username, password), 200);
      expectProblem(await logIn(username, `${'é'.repeat(35)}è`), 'invalid_credentials');
    });

    it('refuses one that goes on after it, in bytes and in characters', async () => {
      const username = await register('é'.repeat(36));
      // 41 characters: short enough for any limit that counts characters.
      expectProblem(await logIn(username, `${'é'.repeat(36)}extra`), 'invalid_credentials');
      const ascii = await register('x'.repeat(72));
      expect([400, 401]).toContain((await logIn(ascii, 'x'.repeat(73))).status);
    });

    it('does not take one that goes on after it as the current password of a change', async () => {
      const password = 'é'.repeat(36);
      const username = await register(password);
      const { accessToken } = expectStatus(await logIn(username, password), 200);
      const answer = await api
        .as(accessToken)
        .put('/auth/password', { currentPassword: `${password}extra`, newPassword: 'another password' });
      expectProblem(answer, 'invalid_credentials');
      expectStatus(await logIn(username, password), 200);
    });
  });

  it('refuses a password that goes on after a NUL', async () => {
    const ada = await aPerson(app);
    expectProblem(await logIn(ada.username, `${ada.password}\0more`), 'invalid_credentials');
  });
});

describe('the time of a refused login', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    // Expensive enough that a hash that was left out shows above the noise of a busy machine.
    app = await startTestApp({ BCRYPT_ROUNDS: '10' });
    ada = await aPerson(app);
  });
  afterAll(() => app.stop());

  it('does not tell whether there is such an account', async () => {
    const api = new ApiClient(app.api);
    const timeOf = async (login: string): Promise<number> => {
      const startedAt = performance.now();
      await api.post('/auth/login', { login, password: 'wrong password' });
      return performance.now() - startedAt;
    };
    // In turns, and the fastest of each counts: whatever else the machine does can only add time.
    const known: number[] = [];
    const unknown: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      known.push(await timeOf(ada.username));
      unknown.push(await timeOf('nobody-of-this-name'));
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2);
  });
});
