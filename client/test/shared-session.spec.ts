import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../../test/support/eventually.js';
import { aPerson, type Person } from '../../test/support/people.js';
import { startTestApp, type TestApp } from '../../test/support/test-app.js';
import { aText } from '../../test/support/upload.js';
import {
  ConfabClient,
  type AttachmentView,
  type GroupDetailView,
  type ProblemError,
  type TokenPair,
  type TokenStore,
} from '../src/index.js';

describe('clients that share a session, as the tabs of a browser do', () => {
  let app: TestApp;
  const clients: ConfabClient[] = [];

  beforeAll(async () => {
    // About as short as tokens can be: their times are whole seconds.
    app = await startTestApp({ ACCESS_TOKEN_TTL: '3s' });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => app.stop());

  async function clientOf(store: TokenStore): Promise<ConfabClient> {
    const client = await ConfabClient.connect({ url: app.url, credentials: { store } });
    clients.push(client);
    return client;
  }

  it('renew their tokens by turns, use each refresh token once, and both stay connected', async () => {
    const ada = await aPerson(app);
    const store = storeOf(ada.tokens);
    const tabs = [await clientOf(store), await clientOf(store)];
    const renewed: TokenPair[] = [];
    const closed: (ProblemError | null)[] = [];
    for (const tab of tabs) {
      tab.on('tokens', (pair) => renewed.push(pair));
      tab.on('closed', (problem) => closed.push(problem));
    }
    await eventually(() => renewed.length >= 4, 20_000);
    expect(closed).toEqual([]);
    for (const tab of tabs) await expect(tab.api.get('/users/me')).resolves.toMatchObject({ id: ada.id });
    expect(tabs.map(({ state }) => state)).toEqual(['online', 'online']);
    expect(new Set(renewed.map(({ refreshToken }) => refreshToken)).size).toBe(renewed.length);
    expect(store.load()?.refreshToken).toBe(renewed.at(-1)?.refreshToken);
  });

  it('end together when one of them has signed out', async () => {
    const ada = await aPerson(app);
    const store = storeOf(ada.tokens);
    const [one, other] = [await clientOf(store), await clientOf(store)];
    const closed = new Promise<ProblemError | null>((resolve) => other.on('closed', resolve));
    await one.api.post('/auth/logout');
    store.clear();
    expect((await closed)?.code).toBe('session_revoked');
    await expect(clientOf(store)).rejects.toMatchObject({ status: 401 });
  });
});

describe('the REST API as the user of a client', () => {
  let app: TestApp;
  let ada: Person;
  let client: ConfabClient;

  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
    client = await ConfabClient.connect({ url: app.url, credentials: ada.tokens });
  });
  afterAll(async () => {
    client.close();
    await app.stop();
  });

  it('takes what it is given, and gives what it is asked for', async () => {
    const { id } = await client.api.post<GroupDetailView>('/groups', { kind: 'group', name: 'Pier' });
    await client.api.patch(`/groups/${id}`, { description: 'By the sea' });
    await client.api.put(`/groups/${id}/mute`, { until: null });
    expect(await client.api.get(`/groups/${id}`)).toMatchObject({ name: 'Pier', description: 'By the sea' });

    const { name, type, bytes } = aText('Ahoy');
    const form = new FormData();
    form.append('groupId', id);
    form.append('file', new File([bytes], name, { type }));
    const { url } = await client.api.post<AttachmentView>('/attachments', form);
    expect(await (await client.api.download(url)).text()).toBe('Ahoy');

    expect(await client.api.delete(`/groups/${id}`)).toBeNull();
    await expect(client.api.get(`/groups/${id}`)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(client.api.download(url)).rejects.toMatchObject({ status: 404 });
    for (const elsewhere of ['@127.0.0.1:1/x', '.example.org/x', 'https://example.org/x', '']) {
      await expect(client.api.download(elsewhere)).rejects.toThrow('not a path on the server');
    }
  });

  it('renews a token that the server does not take any more', async () => {
    const short = await startTestApp({ ACCESS_TOKEN_TTL: '2s' });
    const bob = await aPerson(short);
    const late = new ConfabClient({ url: short.url, credentials: bob.tokens });
    await eventually(async () => (await bob.api.get('/users/me')).status === 401);
    await expect(late.api.get('/users/me')).resolves.toMatchObject({ id: bob.id });
    late.close();
    await short.stop();
  });
});

/** What `localStorage` and a lock are in a browser. */
function storeOf(first: TokenPair): TokenStore & { clear: () => void } {
  let stored: string | null = JSON.stringify(first);
  let last: Promise<unknown> = Promise.resolve();
  return {
    load: () => (stored === null ? null : (JSON.parse(stored) as TokenPair)),
    save: (pair) => {
      stored = JSON.stringify(pair);
    },
    clear: () => {
      stored = null;
    },
    exclusively: (work) => {
      const next = last.then(work);
      last = next.catch(() => undefined);
      return next;
    },
  };
}
