import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const uniqueName = () => `u-${randomUUID().slice(0, 20)}`;

function aRegistration(about: object = {}) {
  const username = uniqueName();
  return { username, email: `${username}@example.org`, password: 'correct horse', ...about };
}

describe('registering', () => {
  let app: TestApp;
  let api: ApiClient;
  beforeAll(async () => {
    app = await startTestApp();
    api = new ApiClient(app.api);
  });
  afterAll(() => app.stop());

  const register = (body: object) => api.post<TokenPairView>('/auth/register', body);

  it('makes an account and logs it in', async () => {
    const request = aRegistration({ displayName: '  Ada Lovelace ' });
    const body = expectStatus(await register(request), 201);
    expect(body).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: request.username,
        displayName: 'Ada Lovelace',
        email: request.email,
        role: 'user',
        isBot: false,
        isActive: true,
        presence: 'offline',
        statusText: null,
        lastSeenAt: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        lastLoginAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 1800,
    });
    expect((await api.as(body.accessToken).get('/users/me')).body).toEqual(body.user);
  });

  it('takes the username as display name when none is given', async () => {
    const request = aRegistration();
    expect(expectStatus(await register(request), 201).user.displayName).toBe(request.username);
  });

  it('stores no password, only a bcrypt hash of it', async () => {
    const { user } = expectStatus(await register(aRegistration()), 201);
    const stored = await app.connection.collection('users').findOne({ username: user.username });
    expect(stored?.['passwordHash']).toMatch(/^\$2b\$04\$.{53}$/);
    expect(JSON.stringify(stored)).not.toContain('correct horse');
  });

  it.each([
    ['a username of 3 characters', { username: uniqueName().slice(2, 5) }],
    ['a username of 32 characters', { username: randomUUID().replaceAll('-', '') }],
    ['a username of every kind of character', { username: `Az_.-${uniqueName().slice(2, 12)}` }],
    ['a display name of 64 characters outside the basic plane', { displayName: '😀'.repeat(64) }],
    ['a password of 8 bytes', { password: '8 bytes!' }],
    ['a password of 8 bytes in 4 characters', { password: 'éàüö' }],
    ['a password of 72 bytes', { password: 'x'.repeat(72) }],
    ['a password of 72 bytes in 18 characters', { password: '😀'.repeat(18) }],
  ])('takes %s', async (_name, about) => {
    expectStatus(await register(aRegistration(about)), 201);
  });

  it.each([
    ['a username of 2 characters', 'username', 'ab'],
    ['a username of 33 characters', 'username', 'a'.repeat(33)],
    ['a username with a space', 'username', 'ada lovelace'],
    ['a username with an @', 'username', 'ada@example'],
    ['a username with a letter that is not ASCII', 'username', 'adä-lovelace'],
    ['a username that ends in a newline', 'username', 'ada-lovelace\n'],
    ['an e-mail address without a domain', 'email', 'ada@'],
    ['an e-mail address with a name before it', 'email', 'Ada <ada@example.org>'],
    ['an e-mail address with an operator', 'email', { $ne: '' }],
    ['an e-mail address longer than 254', 'email', `ada@${'a'.repeat(60)}.${'b'.repeat(200)}.org`],
    ['an e-mail address with half a surrogate pair', 'email', 'a\ud83d@example.org'],
    ['an e-mail address at half a surrogate pair', 'email', 'ada@exam\udc00ple.org'],
    ['a display name of white space', 'displayName', '   '],
    ['a display name of 65 characters', 'displayName', 'x'.repeat(65)],
    ['a display name with half a surrogate pair', 'displayName', 'Ada \ud83d'],
    ['a password of 7 bytes', 'password', '7 bytes'],
    ['a password of 73 bytes', 'password', 'x'.repeat(73)],
    ['a password of 74 bytes in 37 characters', 'password', 'é'.repeat(37)],
    ['a password with a NUL', 'password', 'correct\0horse'],
    ['a password with half a surrogate pair', 'password', 'correct \udc00 horse'],
  ])('refuses %s', async (_name, field, value) => {
    const answer = await register(aRegistration({ [field]: value }));
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual([field]);
  });

  it('names every missing field at once', async () => {
    const answer = await register({});
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual(['username', 'email', 'password']);
  });

  it('gives a username once, whatever its case', async () => {
    const ada = await aPerson(app);
    const answer = await register(aRegistration({ username: ada.username.toUpperCase() }));
    const document = expectProblem(answer, 'conflict');
    expect(document.errors).toEqual([{ field: 'username', message: 'is taken' }]);
  });

  it('gives an e-mail address once, whatever its case', async () => {
    const request = aRegistration();
    expectStatus(await register(request), 201);
    const answer = await register(aRegistration({ email: request.email.toUpperCase() }));
    const document = expectProblem(answer, 'conflict');
    expect(document.errors).toEqual([{ field: 'email', message: 'is taken' }]);
    expect(JSON.stringify(document)).not.toContain(request.username);
  });

  it('gives a username to one of twenty who want it at once', async () => {
    const username = uniqueName();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        register({ ...aRegistration(), username: index % 2 === 0 ? username : username.toUpperCase() }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await app.connection.collection('users').countDocuments({ usernameKey: username.toLowerCase() })).toBe(1);
  });
});

describe('registering where the operator says who may', () => {
  let app: TestApp;
  afterAll(() => app.stop());

  it('refuses everyone when registration is closed, and leaves no account', async () => {
    app = await startTestApp({ REGISTRATION: 'closed', ADMIN_EMAIL: 'root@example.org' });
    const answer = await new ApiClient(app.api).post('/auth/register', aRegistration({ email: 'root@example.org' }));
    expectProblem(answer, 'forbidden');
    expect(await app.connection.collection('users').countDocuments()).toBe(0);
  });
});

describe('registering with the address of the administrator', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ ADMIN_EMAIL: 'Root@Example.org' });
  });
  afterAll(() => app.stop());

  it('makes an admin of that account, whatever the case of the address, and of no other', async () => {
    const [root, ada] = await Promise.all([
      aPerson(app, { email: 'root@example.ORG' }),
      aPerson(app, { email: 'root@example.org.example.org' }),
    ]);
    expect(root.user.role).toBe('admin');
    expect(ada.user.role).toBe('user');
  });

  it('lets nobody name his own role', async () => {
    const answer = await new ApiClient(app.api).post('/auth/register', aRegistration({ role: 'admin' }));
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual(['role']);
  });
});
