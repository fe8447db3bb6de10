import { request as httpRequest } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DashboardAccessView } from '../../contract/dashboard.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const secret = 'a-secret-of-the-operators-0123456789';
const protectedPaths = ['/dashboard/api/data', '/metrics'];

/** What a browser would keep of an answer, and send back. */
function cookieIn(headers: Headers): { pair: string; attributes: string[] } {
  const [pair = '', ...attributes] = (headers.getSetCookie()[0] ?? '').split('; ');
  return { pair, attributes };
}

describe('access to the dashboard', () => {
  describe('with a token', () => {
    let app: TestApp;
    let dashboard: ApiClient;
    beforeAll(async () => {
      app = await startTestApp({ DASHBOARD_ACCESS: 'token', DASHBOARD_TOKEN: secret });
      dashboard = new ApiClient(app.url);
    });
    afterAll(() => app.stop());

    const open = (query: string, headers: Record<string, string> = {}) =>
      fetch(`${app.url}/dashboard${query}`, { redirect: 'manual', headers });

    it('is refused without it, to admins too', async () => {
      const admin = await anAdmin(app);
      for (const path of protectedPaths) {
        expectProblem(await dashboard.get(path), 'unauthenticated');
        expectProblem(await dashboard.as(admin.tokens.accessToken).get(path), 'unauthenticated');
        expectProblem(await dashboard.get(path, { cookie: 'confab_dashboard=guessed' }), 'unauthenticated');
        expectProblem(await dashboard.get(path, { cookie: `confab_dashboard=${secret}` }), 'unauthenticated');
      }
      expect((await dashboard.get<DashboardAccessView>('/dashboard/api/access')).body).toEqual({
        access: 'token',
        isAllowed: false,
        user: null,
        loginPath: '/api/v1/auth/login',
      });
    });

    it('is opened by the link once, which leaves the address bar and stays as a cookie that is not the secret', async () => {
      const answer = await open(`?token=${secret}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/dashboard']);
      const { pair, attributes } = cookieIn(answer.headers);
      expect(pair).toMatch(/^confab_dashboard=[\w-]{20,}$/);
      expect(pair).not.toContain(secret);
      expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
      for (const path of protectedPaths) expect((await dashboard.get(path, { cookie: pair })).status).toBe(200);
      const access = await dashboard.get<DashboardAccessView>('/dashboard/api/access', { cookie: `a=b; ${pair}` });
      expect(access.body).toMatchObject({ isAllowed: true, user: null });
    });

    it.each(['?token=', '?token=wrong', `?token=${secret}x`, `?token=${secret}&token=${secret}`])(
      'is not opened by %s, which leaves the address bar all the same',
      async (query) => {
        const answer = await open(query);
        expect([answer.status, answer.headers.get('location')]).toEqual([303, '/dashboard']);
        expect(answer.headers.getSetCookie()).toEqual([]);
      },
    );

    it('takes the secret of Prometheus as a Bearer token', async () => {
      for (const path of protectedPaths) expect((await dashboard.as(secret).get(path)).status).toBe(200);
      expectProblem(await dashboard.as(`${secret}x`).get('/metrics'), 'unauthenticated');
    });

    it('marks the cookie as for https when links are given out so', async () => {
      const https = await startTestApp({
        DASHBOARD_ACCESS: 'token',
        DASHBOARD_TOKEN: secret,
        PUBLIC_URL: 'https://chat.example.org',
      });
      const answer = await fetch(`${https.url}/dashboard?token=${secret}`, { redirect: 'manual' });
      await https.stop();
      expect(cookieIn(answer.headers).attributes).toContain('Secure');
    });
  });

  describe('of admins', () => {
    let app: TestApp;
    let dashboard: ApiClient;
    let admin: Person;
    beforeAll(async () => {
      app = await startTestApp({ DASHBOARD_ACCESS: 'admin' });
      dashboard = new ApiClient(app.url);
      admin = await anAdmin(app);
    });
    afterAll(() => app.stop());

    async function logIn(person: Person): Promise<string> {
      const { accessToken } = person.tokens;
      const answer = await fetch(`${app.url}/dashboard/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ accessToken }),
      });
      expect(answer.status).toBe(204);
      const { pair, attributes } = cookieIn(answer.headers);
      expect(pair).not.toContain(accessToken);
      expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
      return pair;
    }

    it('takes the page of a login, then a cookie, with which a browser needs no header', async () => {
      for (const path of protectedPaths) expectProblem(await dashboard.get(path), 'unauthenticated');
      const cookie = await logIn(admin);
      for (const path of protectedPaths) expect((await dashboard.get(path, { cookie })).status).toBe(200);
      const access = await dashboard.get<DashboardAccessView>('/dashboard/api/access', { cookie });
      expect(access.body).toMatchObject({
        access: 'admin',
        isAllowed: true,
        user: { userId: admin.id, username: admin.username, role: 'admin' },
      });
    });

    it('is not for others, who get no cookie', async () => {
      const person = await aPerson(app);
      const { accessToken, refreshToken } = person.tokens;
      expectProblem(await dashboard.post('/dashboard/api/session', { accessToken }), 'forbidden');
      expectProblem(await dashboard.post('/dashboard/api/session', { accessToken: refreshToken }), 'unauthenticated');
      expectProblem(await dashboard.as(accessToken).get('/dashboard/api/data'), 'forbidden');
    });

    it.each([
      {},
      { accessToken: 7 },
      { accessToken: '' },
      { accessToken: 'x'.repeat(9_000) },
      { accessToken: 'x', more: 1 },
    ])('refuses the login %#', async (body) => {
      expectProblem(await dashboard.post('/dashboard/api/session', body), 'validation_failed');
    });

    it('is over with the session, with the rights, and when the admin leaves', async () => {
      const other = await anAdmin(app);
      const cookie = await logIn(other);
      await other.api.post('/auth/logout');
      expectProblem(await dashboard.get('/dashboard/api/data', { cookie }), 'session_revoked');

      const demoted = await anAdmin(app);
      const held = await logIn(demoted);
      await app.connection
        .collection<{ _id: string }>('users')
        .updateOne({ _id: demoted.id }, { $set: { role: 'user' } });
      expectProblem(await dashboard.get('/dashboard/api/data', { cookie: held }), 'forbidden');

      const leaving = await anAdmin(app);
      const left = await logIn(leaving);
      const answer = await dashboard.request('DELETE', '/dashboard/api/session', undefined, { cookie: left });
      expect(answer.status).toBe(204);
      expect(cookieIn(answer.headers).pair).toBe('confab_dashboard=');
      expectProblem(await dashboard.get('/dashboard/api/data', { cookie: left }), 'session_revoked');
      expectProblem(await leaving.api.get('/users/me'), 'session_revoked');
    });

    it('takes a cookie of the dashboard for no access token, and no access token for a cookie', async () => {
      const cookie = await logIn(admin);
      const token = cookie.split('=')[1]!;
      expectProblem(await new ApiClient(app.api, token).get('/users/me'), 'unauthenticated');
      const wrong = `confab_dashboard=${admin.tokens.accessToken}`;
      expectProblem(await dashboard.get('/dashboard/api/data', { cookie: wrong }), 'unauthenticated');
    });
  });

  describe('by a port of its own', () => {
    let app: TestApp;
    beforeAll(async () => {
      app = await startTestApp({ METRICS_PORT: '0' });
    });
    afterAll(() => app.stop());

    const statusOf = async (url: string, path: string) => (await fetch(`${url}${path}`)).status;
    /** As a client sends it who does not tidy up the path before. */
    const statusOfRaw = (path: string) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(app.url);
        httpRequest({ hostname, port, path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });

    it('serves metrics and dashboard there, and on the other port everything else', async () => {
      expect(app.operationsUrl).not.toBe(app.url);
      for (const path of protectedPaths) {
        expect(await statusOf(app.operationsUrl, path)).toBe(200);
        for (const spelled of [path, path.toUpperCase(), `${path}/`, `/.${path}`, `//${path.slice(1)}`]) {
          expect([spelled, await statusOfRaw(spelled)]).toEqual([spelled, 404]);
        }
      }
      expect(await statusOf(app.url, '/docs/problems')).toBe(200);
      expect(await statusOf(app.operationsUrl, '/docs/problems')).toBe(404);
      expect(await statusOf(app.operationsUrl, '/api/v1/users/me')).toBe(404);
      for (const url of [app.url, app.operationsUrl]) expect(await statusOf(url, '/health')).toBe(200);
    });
  });
});
