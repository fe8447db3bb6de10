import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { SessionView, TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('sessions', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const sessionsOf = async (person: Person) => expectStatus(await person.api.get<SessionView[]>('/auth/sessions'), 200);
  const me = (person: Person) => person.api.get('/users/me');
  const refresh = ({ tokens: { refreshToken } }: Person) =>
    new ApiClient(app.api).post('/auth/refresh', { refreshToken });
  const logIn = (login: string, password: string) =>
    new ApiClient(app.api).post<TokenPairView>('/auth/login', { login, password });

  async function expectEnded(person: Person): Promise<void> {
    expectProblem(await me(person), 'session_revoked');
    expectProblem(await refresh(person), 'session_revoked');
  }

  async function expectAlive(person: Person): Promise<void> {
    expectStatus(await me(person), 200);
    expectStatus(await refresh(person), 200);
  }

  describe('logging out', () => {
    it('ends this session and no other', async () => {
      const phone = await aPerson(app);
      const laptop = await phone.logInAgain();
      expectStatus(await phone.api.post('/auth/logout'), 204);
      await expectEnded(phone);
      await expectAlive(laptop);
    });

    it('ends every session of the user with logout-all, and none of anybody else', async () => {
      const [phone, bob] = await Promise.all([aPerson(app), aPerson(app)]);
      const laptop = await phone.logInAgain();
      expectStatus(await phone.api.post('/auth/logout-all'), 204);
      await expectEnded(phone);
      await expectEnded(laptop);
      await expectAlive(bob);
      expectStatus(await logIn(phone.username, phone.password), 200);
    });
  });

  describe('the list', () => {
    it('shows each login with its device and address, newest first, and which one asks', async () => {
      const phone = await aPerson(app);
      const { body: login } = await new ApiClient(app.api).request<TokenPairView>(
        'POST',
        '/auth/login',
        { login: phone.username, password: phone.password },
        { 'user-agent': 'Laptop/1.0' },
      );
      const list = expectStatus(await phone.api.as(login.accessToken).get<SessionView[]>('/auth/sessions'), 200);
      const time = expect.stringMatching(/^\d{4}-.*Z$/);
      const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
      expect(list).toEqual([
        { id, device: 'Laptop/1.0', address: '127.0.0.1', createdAt: time, lastUsedAt: time, current: true },
        { id, device: 'node', address: '127.0.0.1', createdAt: time, lastUsedAt: time, current: false },
      ]);
    });

    it('cuts the name of a device', async () => {
      const ada = await aPerson(app);
      const { body: login } = await new ApiClient(app.api).request<TokenPairView>(
        'POST',
        '/auth/login',
        { login: ada.username, password: ada.password },
        { 'user-agent': 'x'.repeat(4000) },
      );
      const { body } = await ada.api.as(login.accessToken).get<SessionView[]>('/auth/sessions');
      expect(body.find(({ current }) => current)?.device).toBe('x'.repeat(256));
    });

    it('shows nobody else’s', async () => {
      const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
      const [adas, bobs] = await Promise.all([sessionsOf(ada), sessionsOf(bob)]);
      expect(adas).toHaveLength(1);
      expect(adas[0]?.id).not.toBe(bobs[0]?.id);
    });
  });

  describe('ending one', () => {
    it('ends that one', async () => {
      const phone = await aPerson(app);
      const laptop = await phone.logInAgain();
      const other = (await sessionsOf(laptop)).find(({ current }) => !current)!;
      expectStatus(await laptop.api.delete(`/auth/sessions/${other.id}`), 204);
      await expectEnded(phone);
      expect(await sessionsOf(laptop)).toHaveLength(1);
    });

    it('is not found again', async () => {
      const phone = await aPerson(app);
      const laptop = await phone.logInAgain();
      const other = (await sessionsOf(laptop)).find(({ current }) => !current)!;
      await laptop.api.delete(`/auth/sessions/${other.id}`);
      expectProblem(await laptop.api.delete(`/auth/sessions/${other.id}`), 'not_found');
    });

    it('does not find somebody else’s, and leaves it alone', async () => {
      const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
      const [bobs] = await sessionsOf(bob);
      expectProblem(await ada.api.delete(`/auth/sessions/${bobs!.id}`), 'not_found');
      expectProblem(await ada.api.delete(`/auth/sessions/${randomUUID()}`), 'not_found');
      await expectAlive(bob);
    });

    it('refuses what is not an id', async () => {
      const ada = await aPerson(app);
      expectProblem(await ada.api.delete('/auth/sessions/current'), 'validation_failed');
    });
  });

  describe('changing the password', () => {
    const newPassword = 'another password';

    it('ends all other sessions; the old password is worth nothing from then on', async () => {
      const phone = await aPerson(app);
      const laptop = await phone.logInAgain();
      const change = { currentPassword: phone.password, newPassword };
      expectStatus(await phone.api.put('/auth/password', change), 204);
      await expectEnded(laptop);
      await expectAlive(phone);
      expect(await sessionsOf(phone)).toHaveLength(1);
      expectProblem(await logIn(phone.username, phone.password), 'invalid_credentials');
      expectStatus(await logIn(phone.username, newPassword), 200);
    });

    it('needs the current password, and changes nothing without it', async () => {
      const phone = await aPerson(app);
      const laptop = await phone.logInAgain();
      const change = { currentPassword: 'not that one', newPassword };
      expectProblem(await phone.api.put('/auth/password', change), 'invalid_credentials');
      await expectAlive(laptop);
      expectStatus(await logIn(phone.username, phone.password), 200);
    });

    it('holds the new password to the same rule as the first', async () => {
      const ada = await aPerson(app);
      for (const tooMuch of ['short', 'x'.repeat(73), '😀'.repeat(19), 'with a NUL \0']) {
        const answer = await ada.api.put('/auth/password', {
          currentPassword: ada.password,
          newPassword: tooMuch,
        });
        expectProblem(answer, 'validation_failed');
        expect(faultyFields(answer)).toEqual(['newPassword']);
      }
      expectStatus(await logIn(ada.username, ada.password), 200);
    });
  });
});
