import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { anAdmin } from '../support/admin.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem, expectProblemDocument } from '../support/expect-problem.js';
import { expectStatus, type Person } from '../support/people.js';
import { rawRequest } from '../support/raw-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const badIds = [
  '1',
  'me!',
  'null',
  'undefined',
  '[object Object]',
  '%7B%22%24ne%22%3Anull%7D',
  '%00',
  '0197b6a0-0000-7000-8000-00000000000',
  '0197b6a0-0000-7000-8000-00000000000g',
  '{0197b6a0-0000-7000-8000-000000000000}',
  '0197b6a0000070008000000000000000',
  '507f1f77bcf86cd799439011',
  'x'.repeat(2000),
];

/** Every route with an id in its path; `!` stands for it. */
const routesWithId: [method: string, path: string][] = [
  ['DELETE', '/auth/sessions/!'],
  ['GET', '/users/!'],
  ['PATCH', '/users/!'],
  ['PUT', '/users/me/blocks/!'],
  ['PUT', '/groups/direct/!'],
  ['GET', '/groups/!'],
  ['PATCH', '/groups/!'],
  ['DELETE', '/groups/!'],
  ['PUT', '/groups/!/read'],
  ['GET', '/groups/!/members'],
  ['PUT', '/groups/!/members/0197b6a0-0000-7000-8000-000000000000'],
  ['PUT', '/groups/0197b6a0-0000-7000-8000-000000000000/members/!'],
  ['DELETE', '/groups/0197b6a0-0000-7000-8000-000000000000/members/!'],
  ['POST', '/groups/!/join'],
  ['POST', '/groups/!/leave'],
  ['GET', '/groups/!/messages'],
  ['POST', '/groups/!/messages'],
  ['GET', '/messages/!'],
  ['PUT', '/messages/!'],
  ['DELETE', '/messages/!'],
  ['POST', '/messages/!/restore'],
  ['GET', '/messages/!/history'],
  ['GET', '/messages/!/thread'],
  ['PUT', '/messages/!/pin'],
  ['DELETE', '/messages/!/pin'],
  ['GET', '/groups/!/pins'],
];

describe('a path that is no good', () => {
  let app: TestApp;
  let ada: Person;
  let root: ApiClient;
  beforeAll(async () => {
    app = await startTestApp();
    // For an admin, what is not there is not found on his routes too.
    ada = await anAdmin(app);
    root = new ApiClient(app.url);
  });
  afterAll(() => app.stop());

  it.each(routesWithId)('is refused for an id that is none: %s %s', async (method, path) => {
    for (const id of badIds) {
      const answer = await ada.api.request(method, path.replace('!', id), method === 'GET' ? undefined : {});
      expectProblem(answer, 'validation_failed');
    }
  });

  it.each(routesWithId)('is not found for an id that nothing has: %s %s', async (method, path) => {
    const bodies: Record<string, object> = { POST: { content: 'x' }, PUT: { content: 'x' } };
    if (path.endsWith('/read')) bodies['PUT'] = { seq: 1 };
    if (path.includes('/members/') || path.includes('/direct/')) bodies['PUT'] = {};
    const answer = await ada.api.request(
      method,
      path.replace('!', '0197b6a0-ffff-7000-8000-000000000000'),
      bodies[method],
    );
    expectProblem(answer, 'not_found');
  });

  it.each([
    ['/nothing/here'],
    ['/groups/0197b6a0-0000-7000-8000-000000000000/nothing'],
    ['/users/0197b6a0-0000-7000-8000-000000000000/email'],
    ['/'],
    ['//users/me'],
    ['/users/..%2F..%2Fhealth'],
    ['/__proto__'],
  ])('is answered 4xx with a problem document: %s', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await ada.api.request(method, path);
      expect([400, 404, 405]).toContain(answer.status);
      expectProblemDocument(answer);
    }
  });

  it('is not found outside of the API either', async () => {
    for (const path of [
      '/nothing',
      '/api/v1/nothing',
      '/assets/nothing.js',
      '/api/v2/users/me',
      '/.env',
      '/package.json',
      '/docs/../src/main.ts',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await rawRequest(`${app.url}${path}`, { method });
        expect(expectProblem(answer, 'not_found').instance).toBe(new URL(path, app.url).pathname);
      }
    }
  });

  it.each(['/users/by-username/%', '/users/by-username/%E0%A4%A', '/groups/%ff', '/groups/by-name/%c0%af', '/%zz'])(
    'is refused when its percent-encoding is broken: %s',
    async (path) => {
      const headers = { authorization: `Bearer ${ada.tokens.accessToken}` };
      const answer = await rawRequest(`${app.api}${path}`, { headers });
      expect([400, 404]).toContain(answer.status);
      expectProblemDocument(answer);
      // It is the path that is broken, and no JSON.
      expect(answer.body).not.toMatchObject({ code: 'malformed_json' });
    },
  );

  it('finds nothing under a name of odd characters', async () => {
    for (const name of ['%00', '%ED%A0%80x', '%F0%9F%98%80', 'a%2Fb', '..%2f', '%24where', 'x'.repeat(5000)]) {
      for (const path of ['/users/by-username', '/groups/by-name']) {
        const answer = await ada.api.get(`${path}/${name}`);
        expect([400, 404]).toContain(answer.status);
        expectProblemDocument(answer);
      }
    }
  });

  describe('with a method that is not served there', () => {
    it.each([
      ['PUT', '/users/me', 'DELETE, GET, HEAD, PATCH'],
      ['POST', '/users/me', 'DELETE, GET, HEAD, PATCH'],
      ['GET', '/auth/login', 'POST'],
      ['DELETE', '/auth/register', 'POST'],
      ['PATCH', '/groups', 'GET, HEAD, POST'],
      ['POST', '/groups/0197b6a0-0000-7000-8000-000000000000', 'DELETE, GET, HEAD, PATCH'],
      ['GET', '/groups/0197b6a0-0000-7000-8000-000000000000/join', 'POST'],
      ['PATCH', '/messages/0197b6a0-0000-7000-8000-000000000000', 'DELETE, GET, HEAD, PUT'],
    ])('is answered 405 with the methods that are: %s %s', async (method, path, allowed) => {
      const answer = await ada.api.request(method, path);
      expectProblem(answer, 'method_not_allowed');
      expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed);
    });

    it('is answered so for the operational routes too', async () => {
      const answer = await root.post('/health');
      expectProblem(answer, 'method_not_allowed');
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
    });
  });

  it('is served for HEAD as for GET, without a body', async () => {
    const get = await ada.api.get('/users/me');
    const head = await ada.api.request('HEAD', '/users/me');
    expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: '' });
    for (const name of ['content-type', 'content-length', 'etag']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
    expectStatus(await ada.api.request('HEAD', '/groups/0197b6a0-0000-7000-8000-000000000000'), 404);
  });
});
