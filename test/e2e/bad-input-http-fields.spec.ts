import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** A request that is good but for the one field that a test spoils. */
interface Route {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: (at: Place) => string;
  /** Every field of the body, optional ones too. */
  good: Readonly<Record<string, unknown>>;
}

interface Place {
  groupId: string;
  messageId: string;
  userId: string;
}

const routes: Route[] = [
  {
    method: 'POST',
    path: () => '/auth/register',
    good: {
      username: 'grace',
      email: 'grace@example.org',
      password: 'correct horse',
      displayName: 'Grace',
      inviteCode: 'some-code',
    },
  },
  { method: 'POST', path: () => '/auth/login', good: { login: 'grace', password: 'correct horse' } },
  { method: 'POST', path: () => '/auth/refresh', good: { refreshToken: 'some token' } },
  {
    method: 'PUT',
    path: () => '/auth/password',
    good: { currentPassword: 'correct horse', newPassword: 'correct horse' },
  },
  { method: 'PATCH', path: ({ userId }) => `/users/${userId}`, good: { role: 'user' } },
  {
    method: 'PATCH',
    path: () => '/users/me',
    good: { displayName: 'Grace', email: 'grace@example.org' },
  },
  { method: 'DELETE', path: () => '/users/me', good: { password: 'wrong password' } },
  {
    method: 'PUT',
    path: () => '/users/me/presence',
    good: { presence: 'away', until: '2999-01-01T00:00:00.000Z' },
  },
  {
    method: 'POST',
    path: () => '/groups',
    good: { kind: 'group', name: 'Engines', description: 'About engines', memberIds: [] },
  },
  { method: 'PATCH', path: ({ groupId }) => `/groups/${groupId}`, good: { name: 'Engines', description: 'All' } },
  { method: 'PUT', path: ({ groupId, userId }) => `/groups/${groupId}/members/${userId}`, good: { role: 'member' } },
  { method: 'POST', path: ({ groupId }) => `/groups/${groupId}/invites`, good: { expiresIn: 3600 } },
  { method: 'PUT', path: ({ groupId }) => `/groups/${groupId}/read`, good: { seq: 1 } },
  {
    method: 'POST',
    path: ({ groupId }) => `/groups/${groupId}/messages`,
    good: { content: 'Hello', clientMessageId: '1', replyToId: '00000000-0000-4000-8000-000000000000' },
  },
  { method: 'PUT', path: ({ messageId }) => `/messages/${messageId}`, good: { content: 'Hello' } },
  {
    method: 'POST',
    path: () => '/projects',
    good: { path: '/srv/engine', name: 'Engine', description: 'The analytical one' },
  },
  {
    method: 'PUT',
    path: ({ groupId }) => `/projects/${groupId}`,
    good: { name: 'Engine', description: 'The analytical one' },
  },
];

/** Values that are right for no field of any request. */
const wrongForAll: unknown[] = [
  null,
  true,
  -1,
  1.5,
  {},
  [[]],
  [null],
  [1],
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: 'true' },
  { toString: 'x' },
  { length: 5 },
  [{ $ne: null }],
  ['x', 'y'],
  'half a pair \ud83d',
];

/** Longer than any text may be. */
const tooLong = 'x'.repeat(20_000);

/** Fields in which any text may stand, for they are only compared: it then is refused, but not as invalid. */
const takesAnyText = new Set(['login', 'password', 'refreshToken', 'currentPassword']);

const templates: Place = { groupId: '{id}', messageId: '{id}', userId: '{userId}' };
const cases = routes.flatMap((route) =>
  Object.keys(route.good).map((field) => [`${route.method} ${route.path(templates)}`, field, route] as const),
);

describe('a field of the wrong kind', () => {
  let app: TestApp;
  let ada: Person;
  let at: Place;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
    const bob = await aPerson(app);
    const group = await ada.createGroup();
    const message = await ada.sendMessage(group.id);
    at = { groupId: group.id, messageId: message.id, userId: bob.id };
  });
  afterAll(() => app.stop());

  it.each(cases)('is refused by its name in %s: %s', async (_route, field, { method, path, good }) => {
    const isTextOnly = takesAnyText.has(field) && !(method === 'POST' && path(at) === '/auth/register');
    const values = wrongForAll.filter((value) => !(isTextOnly && typeof value === 'string'));
    for (const value of [...values, tooLong]) {
      const answer = await ada.api.request(method, path(at), { ...good, [field]: value });
      expectProblem(answer, 'validation_failed');
      expect(faultyFields(answer).map((name) => name.split('.', 1)[0])).toEqual([field]);
    }
  });

  it.each([
    ['POST', '/auth/login', { login: 'half \ud83d', password: 'correct horse' }],
    ['POST', '/auth/login', { login: 'a NUL \0', password: 'correct horse' }],
    ['POST', '/auth/login', { login: '\ud83d@example.org', password: 'half \udc00' }],
    ['PUT', '/auth/password', { currentPassword: 'half \ud83d', newPassword: 'correct horse' }],
  ])('of text that no account has is refused like any other: %s %s %j', async (method, path, body) => {
    expectProblem(await ada.api.request(method, path, body), 'invalid_credentials');
  });

  it('is refused in a query as in a body', async () => {
    const queries = [
      'q[$ne]=x',
      'q[]=x',
      'q=x&q=y',
      'limit[$gt]=0',
      'cursor[]=x',
      `cursor=${'x'.repeat(600)}`,
      `q=${'x'.repeat(65)}`,
      '__proto__=x',
      '__proto__[isAdmin]=true',
      'constructor=x',
      'hasOwnProperty=x',
      '$where=true',
      'isActive=false',
    ];
    for (const query of queries) expectProblem(await ada.api.get(`/users?${query}`), 'validation_failed');
    expect(({} as { isAdmin?: string }).isAdmin).toBeUndefined();
  });

  it('that is only odd text in a query finds nothing', async () => {
    for (const text of ['%00', '%ED%A0%80', '%FF', '%', '%zz', '\\', '%F4%8F%BF%BF', '*', '(']) {
      const { status, body } = await ada.api.get(`/users?q=${text}`);
      expect({ status, body }).toEqual({ status: 200, body: { items: [], nextCursor: null, hasMore: false } });
    }
  });

  it('is refused inside a cursor that was made up', async () => {
    const made = (text: string) => Buffer.from(text).toString('base64url');
    const paths = [`/users?cursor=`, `/groups?cursor=`, `/groups/${at.groupId}/members?cursor=`];
    paths.push(`/groups/${at.groupId}/messages?cursor=`);
    const texts = ['["users",{"$gt":""}]', '["members",null]', '["messages","older",[1]]', '["my-groups",[],[],[]]'];
    texts.push('{"__proto__":[]}', '[[[[', '"users"', '["USERS","a"]', '["users"]', '["users","a","b"]', '\0');
    for (const path of paths) {
      for (const text of texts) expectProblem(await ada.api.get(`${path}${made(text)}`), 'validation_failed');
    }
  });

  it('gives no 500 inside a cursor that only looks right', async () => {
    const made = (text: string) => Buffer.from(text).toString('base64url');
    const cursors = [
      ['/users', '["users","\\ud83d"]'],
      ['/users', '["users","a\\u0000b"]'],
      [`/groups/${at.groupId}/members`, '["members","zzz"]'],
      [`/groups/${at.groupId}/messages`, '["messages","sideways",3]'],
      [`/groups/${at.groupId}/messages`, '["messages","older",1e999]'],
      [`/groups/${at.groupId}/messages`, '["messages","newer",-1.5]'],
      ['/groups', '["my-groups",1e999,1e999,"x"]'],
      ['/groups', '["my-groups",1e300,0,""]'],
      ['/groups', '["my-groups",-1e300,-1,"x"]'],
    ] as const;
    for (const [path, text] of cursors) {
      const { status } = await ada.api.get(`${path}?cursor=${made(text)}`);
      expect({ text, isServerError: status >= 500 }).toEqual({ text, isServerError: false });
    }
  });
});
