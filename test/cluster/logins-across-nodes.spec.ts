import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { ApiClient } from '../support/api-client.js';
import { Cluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { forgeToken } from '../support/forged-token.js';
import { expectStatus } from '../support/people.js';
import { externalClaims } from '../support/token-issuer.js';

const secret = 'the secret that both issuers sign their tokens with';

describe('two nodes at which people sign in', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(2, {
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_AUTH_PER_MINUTE: '100000',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100000',
      RATE_LIMIT_LOGIN_FAILURES: '4',
      // So that a test can come from anywhere.
      TRUST_PROXY: '127.0.0.1',
      AUTH_EXTERNAL: 'true',
      JWT_EXTERNAL_ISSUER: 'https://login.example.org',
      JWT_SECRET: secret,
    });
  });
  afterAll(() => cluster.stop());

  const api = (node: number) => new ApiClient(`${cluster.nodes[node]!.url}/api/v1`);

  it('make whoever guesses at the one wait at the other', async () => {
    const { username } = await cluster.person(0);
    const guess = (node: number, address: string) => {
      const body = { login: username, password: 'wrong password' };
      return api(node).request('POST', '/auth/login', body, { 'x-forwarded-for': address });
    };
    for (let count = 0; count < limits.login.freeFailures; count += 1)
      expectProblem(await guess(count % 2, `198.51.100.${count + 1}`), 'invalid_credentials');
    // Each failure from now on makes the next guess wait for longer; another one is no way to find out.
    await eventually(async () => (await guess(0, '198.51.101.1')).status === 429);
    expectProblem(await guess(1, '198.51.101.2'), 'rate_limited');
  });

  it('refuse at both, after a logout at the one, a token that the other has seen and whose issuer is ahead', async () => {
    const sub = randomUUID();
    const tokenOf = (iat: number) => forgeToken(externalClaims({ sub, iat }), { secret });
    const nowSeconds = Math.floor(Date.now() / 1000);
    const [token, ahead] = [tokenOf(nowSeconds - 1), tokenOf(nowSeconds + 4)];
    expectStatus(await api(0).as(token).get('/users/me'), 200);
    expectStatus(await api(1).as(ahead).get('/users/me'), 200);
    expectStatus(await api(0).as(token).post('/auth/logout'), 204);
    for (const node of [0, 1]) expectProblem(await api(node).as(ahead).get('/users/me'), 'session_revoked');
  });
});
