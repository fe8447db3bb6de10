import { afterAll, describe, expect, it, jest } from '@jest/globals';

import type { GroupDetailView, MemberView, MessagePage, Page, TokenPairView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { expectStatus } from '../support/people.js';

describe('the default data', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  afterAll(() => yard.clear());

  const apiOf = (url: string, token?: string) => new ApiClient(`${url}/api/v1`, token);
  const logIn = (url: string) =>
    apiOf(url).post<TokenPairView>('/auth/login', { login: 'TestUser', password: 'pass1234' });
  /** What a newcomer finds. */
  const find = async (url: string, token: string) => {
    const api = apiOf(url, token);
    const channel = expectStatus(await api.get<GroupDetailView>('/groups/by-name/Welcome'), 200);
    const members = expectStatus(await api.get<Page<MemberView>>(`/groups/${channel.id}/members`), 200);
    const { items } = expectStatus(await api.get<MessagePage>(`/groups/${channel.id}/messages`), 200);
    const users = expectStatus(await api.get<Page<{ id: string }>>('/users?limit=100'), 200);
    const mine = expectStatus(await api.get<Page<{ id: string }>>('/groups'), 200);
    return { channel, members: members.items, messages: items, users: users.items, groups: mine.items.length };
  };

  it('is made once for a development server, with a login that works, and is not doubled by a restart', async () => {
    const DATA_DIR = await yard.folder();
    const server = yard.start({ DATA_DIR, LOG_FORMAT: 'pretty' });
    const url = await server.ready();
    const { accessToken } = expectStatus(await logIn(url), 200);
    const found = await find(url, accessToken);
    expect(found.channel).toMatchObject({ kind: 'channel', name: 'Welcome', role: 'member', memberCount: 2 });
    const roles = found.members.map(({ user, role }) => [user.username, user.isBot, role]).sort();
    expect(roles).toEqual([
      ['TestUser', false, 'member'],
      ['WelcomeBot', true, 'owner'],
    ]);
    expect(found.messages).toHaveLength(1);
    expect(found.users).toHaveLength(2);
    expect(server.stdout).toContain('TestUser / pass1234');
    const bot = { login: 'WelcomeBot', password: 'pass1234' };
    expect((await apiOf(url).post('/auth/login', bot)).status).toBe(401);
    expect((await server.stop()).code).toBe(0);

    const again = yard.start({ DATA_DIR });
    // The token of before: the secret that a development server made for itself has survived too.
    expect(await find(await again.ready(), accessToken)).toEqual(found);
    expect((await again.stop()).code).toBe(0);
  });

  it('is absent in production, on the embedded database as well, which is said once to be for one node', async () => {
    const server = yard.start({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      DATA_DIR: await yard.folder(),
      JWT_SECRET: 'a secret of production, long enough',
      BCRYPT_ROUNDS: '10',
    });
    const url = await server.ready();
    expect((await logIn(url)).status).toBe(401);
    const someone = { username: 'someone', email: 'someone@example.org', password: 'correct horse' };
    const { accessToken } = expectStatus(await apiOf(url).post<TokenPairView>('/auth/register', someone), 201);
    const api = apiOf(url, accessToken);
    expect((await api.get('/groups/by-name/Welcome')).status).toBe(404);
    expect((await api.get<Page<unknown>>('/users')).body.items).toHaveLength(1);
    expect(server.stdout).not.toContain('pass1234');
    const warnings = server.log.filter(({ level, msg }) => level === 40 && /embedded.*one node/i.test(String(msg)));
    expect(warnings).toHaveLength(1);
    expect((await server.stop()).code).toBe(0);
  });
});
