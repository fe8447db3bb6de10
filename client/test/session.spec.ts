import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { CuttableNetwork } from '../../test/support/cuttable-network.js';
import { eventually } from '../../test/support/eventually.js';
import { aPerson } from '../../test/support/people.js';
import { startTestApp, type TestApp } from '../../test/support/test-app.js';
import { ConfabClient, ProblemError, type ClientOptions, type SessionView, type TokenPair } from '../src/index.js';

const reconnect = { minDelayMs: 20, maxDelayMs: 100 };

describe("a client's session", () => {
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

  async function clientOf(credentials: ClientOptions['credentials'], url = app.url): Promise<ConfabClient> {
    const client = new ConfabClient({ url, credentials, reconnect });
    clients.push(client);
    await client.connect();
    return client;
  }

  function problemOf(client: ConfabClient): Promise<ProblemError | null> {
    return new Promise((resolve) => {
      client.on('closed', resolve);
    });
  }

  it('outlives its access tokens on the same connection', async () => {
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const client = await clientOf(ada.tokens);
    const states: string[] = [];
    const pairs: TokenPair[] = [];
    client.on('state', (state) => states.push(state));
    client.on('tokens', (pair) => pairs.push(pair));
    // Three renewals: the first token is past its end by then.
    await eventually(() => pairs.length >= 3);
    await expect(client.group(id).send('still here')).resolves.toMatchObject({ seq: 1 });
    expect(states).toEqual([]);
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(pairs.length);
  });

  it('comes back with a new token when the old one expired while it was away', async () => {
    const network = await CuttableNetwork.to(app.url);
    const ada = await aPerson(app);
    const client = await clientOf(ada.tokens, network.url);
    network.cut();
    await eventually(async () => (await ada.api.get('/users/me')).status === 401);
    network.mend();
    await eventually(() => client.state === 'online');
    client.close();
    await network.close();
  });

  it('ends when the session is revoked, and does not come back', async () => {
    const network = await CuttableNetwork.to(app.url);
    const ada = await aPerson(app);
    const client = await clientOf(ada.tokens, network.url);
    const reasons: string[] = [];
    client.on('session_revoked', ({ reason }) => reasons.push(reason));
    const problem = problemOf(client);
    await ada.api.post('/auth/logout');
    expect(await problem).toMatchObject({ name: 'ProblemError', code: 'session_revoked', status: 401 });
    expect([client.state, reasons]).toEqual(['closed', ['logout']]);
    const { connections } = network;
    await expect(client.connect()).rejects.toMatchObject({ code: 'session_revoked' });
    expect(network.connections).toBe(connections);
    await network.close();
  });

  it('leaves it to the server to say why the session was revoked when a renewal learns of it first', async () => {
    const ada = await aPerson(app);
    let asked = 0;
    const getAccessToken = () => {
      asked += 1;
      if (asked === 1) return Promise.resolve(ada.tokens.accessToken);
      return Promise.reject(ProblemError.known('session_revoked', 'as the answer to a renewal says'));
    };
    const client = await clientOf({ getAccessToken });
    const reasons: string[] = [];
    client.on('session_revoked', ({ reason }) => reasons.push(reason));
    const problem = problemOf(client);
    await eventually(() => asked === 2);
    await ada.api.post('/auth/logout');
    expect(await problem).toMatchObject({ code: 'session_revoked' });
    expect(reasons).toEqual(['logout']);
  });

  it('ends when the session ended while it was away', async () => {
    const network = await CuttableNetwork.to(app.url);
    const ada = await aPerson(app);
    const client = await clientOf(ada.tokens, network.url);
    const problem = problemOf(client);
    network.cut();
    await eventually(() => client.state !== 'online');
    const unsent = client.send(crypto.randomUUID(), { content: 'never' });
    const again = await ada.logInAgain();
    const { body: sessions } = await again.api.get<SessionView[]>('/auth/sessions');
    for (const { id, current } of sessions) if (!current) await again.api.delete(`/auth/sessions/${id}`);
    network.mend();
    await expect(unsent).rejects.toMatchObject({ code: 'session_revoked' });
    expect(await problem).toMatchObject({ code: 'session_revoked' });
    await network.close();
  });

  it('lasts as long as its access token when there is no refresh token', async () => {
    const { tokens } = await aPerson(app);
    const client = await clientOf({ accessToken: tokens.accessToken });
    expect(await problemOf(client)).toMatchObject({ code: 'token_expired', status: 401 });
  });

  it('asks another system for its tokens when it is told to', async () => {
    const ada = await aPerson(app);
    let asked = 0;
    const getAccessToken = async () => {
      asked += 1;
      return (await ada.logInAgain()).tokens.accessToken;
    };
    const client = await clientOf({ getAccessToken });
    expect(asked).toBe(1);
    await eventually(() => asked >= 2);
    expect(client.state).toBe('online');
  });
});
