import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { TokenPairView } from '../../contract/views.js';
import { RegistrationService } from '../../src/auth/registration.service.js';
import { Problem } from '../../src/common/problem.js';
import type { RegistrationInvites } from '../../src/users/registration-invites.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const uniqueName = () => `u-${randomUUID().slice(0, 20)}`;

function aRegistration<About extends object>(about = {} as About) {
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
        avatarUrl: null,
        presenceChoice: 'online',
        presenceUntil: null,
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
    ['the username that calls all', 'username', 'All'],
    ['the username that calls those who are here', 'username', 'here'],
    ['the username of a deleted account', 'username', 'Deleted-0123abcd'],
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
  afterEach(() => app.stop());

  const register = (about: object = {}) =>
    new ApiClient(app.api).post<TokenPairView>('/auth/register', aRegistration(about));
  const countUsers = () => app.connection.collection('users').countDocuments();

  /** Invitations without groups: each code with the uses that are left of it. */
  function giveInvites(uses: Record<string, number>): { codes: string[]; accepted: string[] } {
    const seen = { codes: [] as string[], accepted: [] as string[] };
    const invites: RegistrationInvites = {
      require: (code) => {
        seen.codes.push(code);
        if (uses[code] === undefined) throw new Problem('not_found', 'There is no such invitation.');
        return Promise.resolve();
      },
      accept: (userId, code) => {
        if (uses[code] === 0) return Promise.reject(new Problem('gone', 'The invitation has expired, or is used up.'));
        uses[code] = (uses[code] ?? 0) - 1;
        seen.accepted.push(userId);
        return Promise.resolve();
      },
    };
    Object.assign(app.app.get(RegistrationService), { invites });
    return seen;
  }

  it('refuses everyone when registration is closed, says what to do, and leaves no account', async () => {
    app = await startTestApp({ REGISTRATION: 'closed', ADMIN_EMAIL: 'root@example.org' });
    giveInvites({ good: 1 });
    for (const about of [{}, { email: 'root@example.org' }, { inviteCode: 'good' }]) {
      const { detail } = expectProblem(await register(about), 'forbidden');
      expect(detail).toBe('Registration is closed here; ask the operator of this server for an account.');
    }
    expect(await countUsers()).toBe(0);
  });

  it('asks for an invitation where it is by invitation', async () => {
    app = await startTestApp({ REGISTRATION: 'invite' });
    const seen = giveInvites({ good: 2 });
    const { detail } = expectProblem(await register(), 'forbidden');
    expect(detail).toBe('Registration is by invitation: ask a member for one, and send its inviteCode.');
    expectProblem(await register({ inviteCode: 'guessed' }), 'not_found');
    expect(await countUsers()).toBe(0);
    const { user } = expectStatus(await register({ inviteCode: 'good' }), 201);
    expect(seen).toEqual({ codes: ['guessed', 'good'], accepted: [user.id] });
  });

  it('gives the last use of an invitation to one of many, and no account to the others', async () => {
    app = await startTestApp({ REGISTRATION: 'invite' });
    const seen = giveInvites({ last: 1 });
    const requests = Array.from({ length: 8 }, () => aRegistration({ inviteCode: 'last' }));
    const api = new ApiClient(app.api);
    const answers = await Promise.all(requests.map((request) => api.post<TokenPairView>('/auth/register', request)));
    const [winner, ...more] = answers.filter(({ status }) => status === 201);
    expect([more, seen.accepted]).toEqual([[], [winner!.body.user.id]]);
    for (const answer of answers) if (answer !== winner) expectProblem(answer, 'gone');
    expect(await countUsers()).toBe(1);
    // Nor is a name or an address kept from the others.
    giveInvites({ more: 8 });
    for (const { inviteCode: _, ...request } of requests) {
      if (request.username !== winner!.body.user.username) {
        expectStatus(await api.post('/auth/register', { ...request, inviteCode: 'more' }), 201);
      }
    }
  });

  it('takes an invitation also where none is needed', async () => {
    app = await startTestApp();
    const seen = giveInvites({ good: 1 });
    const { user } = expectStatus(await register({ inviteCode: 'good' }), 201);
    expect(seen.accepted).toEqual([user.id]);
    expectProblem(await register({ inviteCode: 'no-such-code' }), 'not_found');
    expectProblem(await register({ inviteCode: '' }), 'validation_failed');
    expectProblem(await register({ inviteCode: 'x'.repeat(65) }), 'validation_failed');
    expectProblem(await register({ inviteCode: { $ne: null } }), 'validation_failed');
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
