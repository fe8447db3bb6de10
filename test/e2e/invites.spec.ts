import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type {
  GroupDetailView,
  InvitePreviewView,
  InviteView,
  MemberView,
  Page,
  TokenPairView,
} from '../../contract/views.js';
import { InvitesRepository } from '../../src/groups/invites.repository.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { breakOnce } from '../support/break-once.js';
import { explained } from '../support/explained.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import { walkPages } from '../support/walk-pages.js';

describe('an invitation', () => {
  let app: TestApp;
  let clock: TestClock;
  let owner: Person;
  beforeAll(async () => {
    // Command monitoring is on only where commands are logged. A month passes here, within one session.
    app = await startTestApp({ LOG_DB_QUERIES: 'true', REFRESH_TOKEN_TTL: '90d' });
    clock = takeClock(app);
    owner = await aPerson(app);
  });
  afterAll(() => app.stop());

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => aPerson(app)));
  const invite = async (group: { id: string }, request: object = {}, by = owner) =>
    expectStatus(await by.api.post<InviteView>(`/groups/${group.id}/invites`, request), 201);
  const accept = (by: Person, { code }: { code: string }) => by.api.post<GroupDetailView>(`/invites/${code}/accept`);
  const listed = async (group: { id: string }) =>
    expectStatus(await owner.api.get<Page<InviteView>>(`/groups/${group.id}/invites?limit=100`), 200).items;
  const usesOf = async (group: { id: string }) => (await listed(group)).map(({ uses }) => uses);
  const memberIds = async (group: { id: string }) =>
    (await walkPages<MemberView>(owner.api, `/groups/${group.id}/members?limit=100`)).map(({ user }) => user.id);
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  it('has a code that nobody guesses, and a link that tells what it is to', async () => {
    const group = await owner.createGroup();
    const made = await invite(group);
    expect(made).toEqual({
      code: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      url: `${app.api}/invites/${made.code}`,
      groupId: group.id,
      createdBy: owner.id,
      createdAt: expect.any(String),
      expiresAt: new Date(Date.parse(made.createdAt) + limits.invite.defaultLifetimeSeconds * 1000).toISOString(),
      maxUses: null,
      uses: 0,
    });
    expect((await invite(group)).code).not.toBe(made.code);
    const preview = await new ApiClient(app.url).get<InvitePreviewView>(made.url.replace(app.url, ''));
    const { id, kind, name, description, memberCount } = group;
    expect(expectStatus(preview, 200)).toEqual({
      group: { id, kind, name, description, memberCount },
      expiresAt: made.expiresAt,
    });
  });

  it.each([
    ['in an hour', { expiresIn: 3600 }, 3600],
    ['at a given time', { expiresAt: inDays(2) }, null],
    ['never', { expiresAt: null }, null],
  ])('ends %s if that is asked for', async (_when, request, seconds) => {
    const made = await invite(await owner.createGroup(), request);
    if ('expiresAt' in request) expect(made.expiresAt).toBe(request.expiresAt);
    else expect(Date.parse(made.expiresAt!) - Date.parse(made.createdAt)).toBe(seconds! * 1000);
  });

  it.each([
    ['expiresIn', { expiresIn: 59 }],
    ['expiresIn', { expiresIn: limits.invite.maxLifetimeSeconds + 1 }],
    ['expiresAt', { expiresAt: inDays(-1) }],
    ['expiresAt', { expiresAt: inDays(367) }],
    ['expiresAt', { expiresAt: inDays(1), expiresIn: 3600 }],
    ['expiresAt', { expiresAt: null, expiresIn: 3600 }],
    ['expiresAt', { expiresAt: '2030-01-01' }],
    ['maxUses', { maxUses: 0 }],
    ['maxUses', { maxUses: limits.invite.maxUses + 1 }],
  ])('is refused by the field %s: %j', async (field, request) => {
    const group = await owner.createGroup();
    const answer = await owner.api.post(`/groups/${group.id}/invites`, request);
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual([field]);
    expect(await listed(group)).toEqual([]);
  });

  it('makes a member, who receives the group at once, and says who came', async () => {
    const [ada] = (await people(1)) as [Person];
    const group = await owner.createGroup();
    const made = await invite(group);
    const [owners, adas] = await Promise.all([owner.connect(), ada.connect()]);
    expect(expectStatus(await accept(ada, made), 200)).toEqual({ ...group, role: 'member', memberCount: 2 });
    for (const socket of [owners, adas]) {
      expect(await socket.next('member_added')).toEqual({
        groupId: group.id,
        userId: ada.id,
        role: 'member',
        by: ada.id,
      });
    }
    const message = await owner.sendMessage(group.id);
    await adas.next('new_message', ({ message: { id } }) => id === message.id);
    expect(await usesOf(group)).toEqual([1]);
    owners.close();
    adas.close();
  });

  it('uses nothing up for who is a member already, whatever his role', async () => {
    const [ada] = (await people(1)) as [Person];
    const group = await owner.createGroup();
    const made = await invite(group, { maxUses: 1 });
    expect(expectStatus(await accept(owner, made), 200).role).toBe('owner');
    expect(await usesOf(group)).toEqual([0]);
    expectStatus(await accept(ada, made), 200);
    expectStatus(await accept(ada, made), 200);
    expect(await usesOf(group)).toEqual([1]);
  });

  it('lets in as many as it says, however many come at once', async () => {
    const crowd = await people(12);
    const group = await owner.createGroup();
    const made = await invite(group, { maxUses: 5 });
    const answers = await Promise.all(crowd.map((person) => accept(person, made)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectProblem(answer, 'gone');
    expect(await usesOf(group)).toEqual([5]);
    expect(await memberIds(group)).toHaveLength(6);
    expectProblem(await owner.api.get(`/invites/${made.code}`), 'gone');
  });

  it('is used once by someone who accepts it ten times at once', async () => {
    const group = await owner.createGroup();
    for (const person of await people(5)) {
      const made = await invite(group, { maxUses: 1 });
      const answers = await Promise.all(Array.from({ length: 10 }, () => accept(person, made)));
      for (const answer of answers) expectStatus(answer, 200);
      expect((await listed(group)).find(({ code }) => code === made.code)?.uses).toBe(1);
    }
    const stored = await app.connection.collection('invites').find({ groupId: group.id }).toArray();
    expect(stored.flatMap(({ claims }) => claims as object[])).toEqual([]);
  });

  it('is used by none of those who come in another way at the same moment', async () => {
    const channel = await owner.createGroup({ kind: 'channel' });
    const made = await invite(channel);
    const crowd = await people(6);
    await Promise.all(
      crowd.map(async (person) => {
        const path = `/groups/${channel.id}/members/${person.id}`;
        await Promise.all([accept(person, made), person.api.post(`/groups/${channel.id}/join`), owner.api.put(path)]);
      }),
    );
    const admitted = await app.connection
      .collection('memberships')
      .countDocuments({ groupId: channel.id, admittedBy: { $type: 'string' } });
    expect(await usesOf(channel)).toEqual([admitted]);
    expect(await memberIds(channel)).toHaveLength(7);
  });

  it.each([
    ['before its use is counted', 'claim', 'before', 503],
    ['behind the counting of its use', 'claim', 'after', 200],
    ['when it is about to be settled', 'settle', 'before', 503],
  ] as const)(
    'is used once when the connection breaks %s and it is accepted again',
    async (_w, method, when, status) => {
      const [ada] = (await people(1)) as [Person];
      const group = await owner.createGroup();
      const made = await invite(group, { maxUses: 1 });
      breakOnce(app.app.get(InvitesRepository), method, when);
      expect((await accept(ada, made)).status).toBe(status);
      expectStatus(await accept(ada, made), 200);
      expect(await usesOf(group)).toEqual([1]);
      const stored = await app.connection.collection('invites').findOne({ groupId: group.id });
      expect(stored?.['claims']).toEqual([]);
    },
  );

  it('does not let someone back in who was removed, once it is used up', async () => {
    const [ada] = (await people(1)) as [Person];
    const group = await owner.createGroup();
    const made = await invite(group, { maxUses: 1 });
    expectStatus(await accept(ada, made), 200);
    expectStatus(await owner.api.delete(`/groups/${group.id}/members/${ada.id}`), 204);
    expectProblem(await accept(ada, made), 'gone');
    expect(await memberIds(group)).toEqual([owner.id]);
  });

  it('is gone when its time is over, and not there any more when it was taken back', async () => {
    const [ada] = (await people(1)) as [Person];
    const group = await owner.createGroup();
    const [short, long] = [await invite(group, { expiresIn: 3600 }), await invite(group)];
    clock.advance(3_600_000);
    expectProblem(await accept(ada, short), 'gone');
    expectProblem(await ada.api.get(`/invites/${short.code}`), 'gone');
    expectStatus(await owner.api.delete(`/groups/${group.id}/invites/${long.code}`), 204);
    expectProblem(await owner.api.delete(`/groups/${group.id}/invites/${long.code}`), 'not_found');
    expectProblem(await accept(ada, long), 'not_found');
    expect((await listed(group)).map(({ code }) => code)).toEqual([short.code]);
    expect(await memberIds(group)).toEqual([owner.id]);
  });

  it('is taken back only by those of its own group', async () => {
    const [group, other] = [await owner.createGroup(), await owner.createGroup()];
    const made = await invite(group);
    expectProblem(await owner.api.delete(`/groups/${other.id}/invites/${made.code}`), 'not_found');
    expect(await listed(group)).toHaveLength(1);
  });

  it('ends with its group', async () => {
    const [ada] = (await people(1)) as [Person];
    const group = await owner.createGroup();
    const made = await invite(group);
    expectStatus(await owner.api.delete(`/groups/${group.id}`), 204);
    expectProblem(await accept(ada, made), 'not_found');
    expectProblem(await ada.api.get(`/invites/${made.code}`), 'not_found');
  });

  it.each(['x', 'A'.repeat(22), 'A'.repeat(5000), '..%2F', '%00', '%24where', '[object Object]'])(
    'is not found by a code that nobody made: %s',
    async (code) => {
      expectProblem(await owner.api.get(`/invites/${code}`), 'not_found');
      expectProblem(await owner.api.post(`/invites/${code}/accept`), 'not_found');
    },
  );

  it('is not for a direct conversation', async () => {
    const [ada] = (await people(1)) as [Person];
    const direct = expectStatus(await owner.api.put<GroupDetailView>(`/groups/direct/${ada.id}`), 201);
    expectProblem(await owner.api.post(`/groups/${direct.id}/invites`, {}), 'forbidden');
  });

  it('lets in who registers with it, and gives its last use to one of many', async () => {
    const group = await owner.createGroup();
    const made = await invite(group, { maxUses: 1 });
    const register = (number: number) => {
      const username = `newcomer-${made.code.slice(0, 8)}-${String(number)}`;
      const account = { username, email: `${username}@example.org`, password: 'correct horse' };
      return new ApiClient(app.api).post<TokenPairView>('/auth/register', { ...account, inviteCode: made.code });
    };
    const answers = await Promise.all([1, 2, 3, 4].map(register));
    const [winner, ...more] = answers.filter(({ status }) => status === 201);
    expect(more).toEqual([]);
    for (const answer of answers) if (answer !== winner) expectProblem(answer, 'gone');
    expect(await memberIds(group)).toEqual([owner.id, winner!.body.user.id]);
    expect(await usesOf(group)).toEqual([1]);
    expectProblem(await register(5), 'gone');
  });

  it.each<[string, (by: { inviter: Person; admin: Person; groupId: string }) => Promise<ApiAnswer>]>([
    ['is removed', ({ inviter, groupId }) => owner.api.delete(`/groups/${groupId}/members/${inviter.id}`)],
    ['leaves', ({ inviter, groupId }) => inviter.api.post(`/groups/${groupId}/leave`)],
    [
      'is a member like any',
      ({ inviter, groupId }) => owner.api.put(`/groups/${groupId}/members/${inviter.id}`, { role: 'member' }),
    ],
    ['is deactivated', ({ inviter, admin }) => admin.api.patch(`/users/${inviter.id}`, { isActive: false })],
    [
      'deletes his account',
      ({ inviter }) => inviter.api.request('DELETE', '/users/me', { password: inviter.password }),
    ],
  ])('is no good any more when the one who made it %s', async (_what, end) => {
    const [inviter, guest, admin] = await Promise.all([aPerson(app), aPerson(app), anAdmin(app)]);
    const group = await owner.createGroup({ memberIds: [inviter.id] });
    expectStatus(await owner.api.put(`/groups/${group.id}/members/${inviter.id}`, { role: 'moderator' }), 200);
    const made = await invite(group, { maxUses: 5 }, inviter);
    const others = await invite(group);
    expectStatus(await new ApiClient(app.api).get(`/invites/${made.code}`), 200);
    expect((await end({ inviter, admin, groupId: group.id })).status).toBeLessThan(300);
    expectProblem(await new ApiClient(app.api).get(`/invites/${made.code}`), 'gone');
    expectProblem(await accept(guest, made), 'gone');
    const username = `u-${made.code.toLowerCase()}`;
    const account = { username, email: `${username}@example.org`, password: 'correct horse', inviteCode: made.code };
    expectProblem(await new ApiClient(app.api).post('/auth/register', account), 'gone');
    expect(await memberIds(group)).not.toContain(guest.id);
    expect((await listed(group)).find(({ code }) => code === made.code)?.uses).toBe(0);
    expectStatus(await accept(owner, made), 200);
    expectStatus(await accept(guest, others), 200);
  });

  it('is good again when the one who made it may invite again', async () => {
    const [inviter, guest] = (await people(2)) as [Person, Person];
    const group = await owner.createGroup({ memberIds: [inviter.id] });
    const give = async (role: string) =>
      expectStatus(await owner.api.put(`/groups/${group.id}/members/${inviter.id}`, { role }), 200);
    await give('moderator');
    const made = await invite(group, {}, inviter);
    await give('member');
    await give('moderator');
    expectStatus(await accept(guest, made), 200);
  });

  describe('by which somebody registers who is cut off', () => {
    const nameFor = ({ code }: InviteView) => `u-${code.toLowerCase()}`;
    /** An account that was made, and a use of the invitation that was not. */
    const cutOff = async (made: InviteView) => {
      const username = nameFor(made);
      const request = { username, email: `${username}@example.org`, password: 'correct horse' };
      breakOnce(app.app.get(InvitesRepository), 'claim', 'before');
      const api = new ApiClient(app.api);
      expectProblem(await api.post('/auth/register', { ...request, inviteCode: made.code }), 'unavailable');
      return { logIn: () => api.post<TokenPairView>('/auth/login', { login: username, password: request.password }) };
    };

    it('lets him in at his first login, once', async () => {
      const group = await owner.createGroup();
      const { logIn } = await cutOff(await invite(group, { maxUses: 1 }));
      expect(await usesOf(group)).toEqual([0]);
      const { user } = expectStatus(await logIn(), 200);
      expect(await memberIds(group)).toContain(user.id);
      expect(await usesOf(group)).toEqual([1]);
      expectStatus(await owner.api.delete(`/groups/${group.id}/members/${user.id}`), 204);
      expectStatus(await logIn(), 200);
      expect(await memberIds(group)).not.toContain(user.id);
    });

    it('leaves no account when it is no good any more at his first login', async () => {
      const group = await owner.createGroup();
      const made = await invite(group);
      const { logIn } = await cutOff(made);
      expectStatus(await owner.api.delete(`/groups/${group.id}/invites/${made.code}`), 204);
      expectProblem(await logIn(), 'invalid_credentials');
      await aPerson(app, { username: nameFor(made) });
    });
  });

  it('is one of a hundred in a group; those that expired a month ago make room', async () => {
    const group = await owner.createGroup();
    const codes: string[] = [];
    for (let count = 0; count < limits.invite.maxPerGroup; count += 1) {
      codes.push((await invite(group, { expiresIn: 3600 })).code);
    }
    expectProblem(await owner.api.post(`/groups/${group.id}/invites`, {}), 'conflict');
    const seen: string[] = [];
    const queries = await explained(app, 'invites', async () => {
      const all = await walkPages<InviteView>(owner.api, `/groups/${group.id}/invites?limit=30`);
      seen.push(...all.map(({ code }) => code));
    });
    expect(new Set(seen)).toEqual(new Set(codes));
    expect(seen).toHaveLength(codes.length);
    for (const { isCollectionScan, sorts, documentsExamined, returned } of queries) {
      expect({ isCollectionScan, sorts }).toEqual({ isCollectionScan: false, sorts: false });
      expect(documentsExamined).toBeLessThanOrEqual(3 * returned);
    }
    clock.advance(limits.invite.keptAfterExpiryMs + 3_600_001);
    await invite(group);
    expect(await listed(group)).toHaveLength(1);
  });

  it('has a link at the address that is set for the outside', async () => {
    const outside = await startTestApp({ PUBLIC_URL: 'https://chat.example.org/confab' });
    try {
      const ada = await aPerson(outside);
      const group = await ada.createGroup();
      const { code, url } = (await ada.api.post<InviteView>(`/groups/${group.id}/invites`, {})).body;
      expect(url).toBe(`https://chat.example.org/confab/api/v1/invites/${code}`);
    } finally {
      await outside.stop();
    }
  });
});
