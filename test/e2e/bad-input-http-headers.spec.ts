import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { SessionView, TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem, expectProblemDocument } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { rawRequest } from '../support/raw-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('headers', () => {
  let app: TestApp;
  let ada: Person;
  let root: ApiClient;
  beforeAll(async () => {
    app = await startTestApp({ CORS_ORIGINS: 'https://chat.example.org, http://localhost:5173' });
    ada = await aPerson(app);
    root = new ApiClient(app.url);
  });
  afterAll(() => app.stop());

  describe('of correlation', () => {
    it.each(['a', 'trace-1.2_3', 'A'.repeat(64)])('are echoed in the agreed form: %s', async (id) => {
      const headers = { 'x-correlation-id': id };
      expect((await ada.api.get('/users/me', headers)).headers.get('x-correlation-id')).toBe(id);
      const refused = await new ApiClient(app.api).get('/users/me', headers);
      expect(expectProblem(refused, 'unauthenticated').correlationId).toBe(id);
    });

    it.each(['', 'two words', 'A'.repeat(65), 'ä', 'a,b', '{"$ne":1}', 'a\tb', '<script>'])(
      'are replaced by a new one in any other: %j',
      async (id) => {
        const { headers } = await ada.api.get('/users/me', { 'x-correlation-id': id });
        expect(headers.get('x-correlation-id')).toMatch(uuid);
      },
    );

    it('are made anew for each request without one, on every kind of answer', async () => {
      const answers = await Promise.all([
        ada.api.get('/users/me'),
        ada.api.get('/nothing'),
        ada.api.post('/users/me'),
        ada.api.post('/groups', '{'),
        root.get('/health/live'),
        root.get('/docs/openapi.json'),
        root.get('/docs/problems'),
      ]);
      const ids = answers.map(({ headers }) => headers.get('x-correlation-id'));
      for (const id of ids) expect(id).toMatch(uuid);
      expect(new Set(ids).size).toBe(answers.length);
    });
  });

  describe('for browsers', () => {
    const preflight = (origin: string) =>
      root.request('OPTIONS', '/api/v1/groups', undefined, {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-correlation-id',
      });

    it.each(['https://chat.example.org', 'http://localhost:5173'])('let the pages of %s in', async (origin) => {
      const before = await preflight(origin);
      expect([200, 204]).toContain(before.status);
      expect(before.headers.get('access-control-allow-origin')).toBe(origin);
      expect(before.headers.get('access-control-allow-methods')).toContain('POST');
      expect(before.headers.get('access-control-allow-headers')).toContain('authorization');
      const { headers } = await ada.api.get('/users/me', { origin });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-expose-headers')).toContain('X-Correlation-ID');
      expect(headers.get('vary')).toMatch(/\bOrigin\b/);
    });

    it.each([
      'https://evil.example.org',
      'http://chat.example.org',
      'https://chat.example.org:8443',
      'https://chat.example.org.evil.org',
      'https://sub.chat.example.org',
      'http://localhost:3000',
      'null',
    ])('keep the pages of %s out', async (origin) => {
      for (const { headers } of [await preflight(origin), await ada.api.get('/users/me', { origin })]) {
        expect([null, 'false']).toContain(headers.get('access-control-allow-origin'));
      }
    });

    it('protect pages, and say nothing of what the server is made of', async () => {
      for (const path of ['/health/live', '/api/v1/users/me', '/nothing', '/docs/problems']) {
        const { headers } = await rawRequest(`${app.url}${path}`);
        expect(headers.get('x-powered-by')).toBeNull();
        expect(headers.get('server')).toBeNull();
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('strict-transport-security')).toMatch(/max-age=\d+/);
        const policy = headers.get('content-security-policy');
        expect(policy).toMatch(/^default-src '(?:self|none)'/);
        // Over plain HTTP it would keep a browser from loading the documentation's own scripts.
        expect(policy).not.toContain('upgrade-insecure-requests');
      }
    });
  });

  describe('of compression', () => {
    const gzip = { 'accept-encoding': 'gzip' };

    it('pack answers above 1 KiB', async () => {
      const { headers, body } = await root.get('/docs/openapi.json', gzip);
      expect(headers.get('content-encoding')).toBe('gzip');
      expect(headers.get('vary')).toMatch(/accept-encoding/i);
      expect(body).toMatchObject({ openapi: expect.any(String) });
    });

    it('leave smaller ones as they are', async () => {
      const { headers } = await ada.api.get('/users/me', gzip);
      expect(headers.get('content-encoding')).toBeNull();
      expect(Number(headers.get('content-length'))).toBeLessThan(1024);
    });

    it('are not there for who does not ask', async () => {
      const { headers } = await root.get('/docs/openapi.json', { 'accept-encoding': 'identity' });
      expect(headers.get('content-encoding')).toBeNull();
    });
  });

  describe('that are no good', () => {
    it('are refused when they are too large, and the server goes on', async () => {
      const { status } = await rawRequest(`${app.api}/users/me`, { headers: { 'x-large': 'x'.repeat(20_000) } });
      expect(status).toBe(431);
      expectStatus(await ada.api.get('/users/me'), 200);
    });

    it.each([
      ['if-none-match', '"'],
      ['if-modified-since', 'yesterday'],
      ['accept', 'nonsense/*;q=x'],
      ['accept-encoding', ';;;q=9'],
      ['range', 'bytes=9-1'],
      ['x-http-method-override', 'DELETE'],
      ['x-forwarded-for', "'; drop table users; --"],
      ['x-forwarded-host', '<script>'],
      ['user-agent', ''],
      ['cookie', '__proto__=x; ;;;='],
      ['origin', 'no origin at all'],
    ])('change nothing of the answer: %s: %s', async (name, value) => {
      const answer = await ada.api.get('/users/me', { [name]: value });
      expect(expectStatus(answer, 200)).toMatchObject({ id: ada.id });
    });

    it('do not change the method of a request', async () => {
      const bob = await aPerson(app);
      const group = await ada.createGroup({ memberIds: [bob.id] });
      const answer = await ada.api.request(
        'POST',
        `/groups/${group.id}/leave?_method=DELETE`,
        {},
        {
          'x-http-method-override': 'DELETE',
        },
      );
      expectProblem(answer, 'conflict');
    });
  });
});

describe('the address of a client behind a proxy', () => {
  const apps: TestApp[] = [];
  afterAll(() => Promise.all(apps.map((app) => app.stop())));

  async function addressSeen(environment: Record<string, string>, forwardedFor: string): Promise<string | null> {
    const app = await startTestApp(environment);
    apps.push(app);
    const ada = await aPerson(app);
    const headers = { 'x-forwarded-for': forwardedFor };
    const body = { login: ada.username, password: ada.password };
    const login = await new ApiClient(app.api).request<TokenPairView>('POST', '/auth/login', body, headers);
    const sessions = await ada.api.as(login.body.accessToken).get<SessionView[]>('/auth/sessions');
    return sessions.body.find(({ current }) => current)!.address;
  }

  it('is nobody’s to choose by default', async () => {
    expect(await addressSeen({}, '203.0.113.7')).toBe('127.0.0.1');
  });

  it('is what the trusted proxy says, counted in hops', async () => {
    expect(await addressSeen({ TRUST_PROXY: '1' }, '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
  });

  it('is what the trusted proxies say, named by network', async () => {
    const seen = await addressSeen({ TRUST_PROXY: '127.0.0.0/8, 10.0.0.0/8' }, '198.51.100.1, 203.0.113.7, 10.1.2.3');
    expect(seen).toBe('203.0.113.7');
  });

  it('is the connection’s when the proxy that says it is not a trusted one', async () => {
    expect(await addressSeen({ TRUST_PROXY: '10.0.0.0/8' }, '203.0.113.7')).toBe('127.0.0.1');
  });

  it('counts for the rate of logins, each address by itself', async () => {
    const app = await startTestApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_AUTH_PER_MINUTE: '1', TRUST_PROXY: '1' });
    apps.push(app);
    const logIn = (address: string) =>
      new ApiClient(app.api).request(
        'POST',
        '/auth/login',
        { login: 'x', password: 'x' },
        { 'x-forwarded-for': address },
      );
    expectProblem(await logIn('203.0.113.7'), 'invalid_credentials');
    expectProblem(await logIn('203.0.113.8'), 'invalid_credentials');
    const refused = await logIn('198.51.100.9, 203.0.113.7');
    expectProblem(refused, 'rate_limited');
    expectProblemDocument(refused);
  });
});
