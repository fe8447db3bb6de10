import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { TokenPair } from './credentials.js';
import { Tokens } from './tokens.js';

/** The server's clock, which a test may set otherwise than the client's. */
const serverNow = Date.now;

/** A JWT with these times, in seconds from now. */
function aToken(bornIn: number, expiresIn: number): string {
  const now = Math.floor(serverNow() / 1000);
  const claims = { iat: now + bornIn, exp: now + expiresIn };
  return `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
}

describe('Tokens', () => {
  let server: Server;
  let url: string;
  /** The bodies of the refreshes that arrived, and what becomes of the next ones. */
  let asked: unknown[];
  let outcomes: ('lost' | 'refused')[];

  beforeEach(async () => {
    asked = [];
    outcomes = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push(JSON.parse(body));
        const outcome = outcomes.shift();
        if (outcome === 'lost') {
          request.socket.destroy();
        } else if (outcome === 'refused') {
          response
            .writeHead(401)
            .end(JSON.stringify({ code: 'session_revoked', status: 401, title: 'x', detail: 'y' }));
        } else {
          response.end(JSON.stringify({ accessToken: aToken(0, 1800), refreshToken: `refresh ${asked.length}` }));
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function tokensWith(accessToken: string, refreshToken?: string): { tokens: Tokens; renewed: TokenPair[] } {
    const renewed: TokenPair[] = [];
    const credentials = { accessToken, ...(refreshToken !== undefined && { refreshToken }) };
    const tokens = new Tokens(url, credentials, new AbortController().signal, (pair) => renewed.push(pair));
    return { tokens, renewed };
  }

  it('keeps a token while it is good', async () => {
    const token = aToken(-10, 1790);
    const { tokens } = tokensWith(token, 'first');
    expect(await tokens.current()).toBe(token);
    expect(asked).toEqual([]);
  });

  it('renews a token before its end, once for all who ask at the same time', async () => {
    const { tokens, renewed } = tokensWith(aToken(-1790, 10), 'first');
    const all = await Promise.all([tokens.current(), tokens.current(), tokens.renew()]);
    expect(new Set(all).size).toBe(1);
    expect(asked).toEqual([{ refreshToken: 'first' }]);
    expect(renewed.map(({ refreshToken }) => refreshToken)).toEqual(['refresh 1']);
  });

  it('asks again with the same refresh token when the answer was lost, and with the next one after that', async () => {
    const { tokens } = tokensWith(aToken(-1790, 10), 'first');
    outcomes.push('lost');
    await tokens.current();
    await tokens.renew();
    expect(asked).toEqual([{ refreshToken: 'first' }, { refreshToken: 'first' }, { refreshToken: 'refresh 2' }]);
  });

  it('does not renew a token that was replaced while it was on its way to be refused', async () => {
    const old = aToken(-10, 1790);
    const { tokens } = tokensWith(old, 'first');
    const fresh = await tokens.renew(old);
    expect(await tokens.renew(old)).toBe(fresh);
    expect(asked).toHaveLength(1);
  });

  it('says so when the refresh is refused', async () => {
    const { tokens } = tokensWith(aToken(-1790, 10), 'first');
    outcomes.push('refused');
    await expect(tokens.current()).rejects.toMatchObject({ code: 'session_revoked', status: 401 });
    expect(asked).toHaveLength(1);
  });

  it('uses a token up when there is no way to another', async () => {
    const token = aToken(-1790, 10);
    const { tokens } = tokensWith(token);
    expect(await tokens.current()).toBe(token);
    await expect(tokens.renew()).rejects.toMatchObject({ code: 'token_expired' });
  });

  it('trusts the life of a new token more than a clock that is wrong by hours', async () => {
    const { tokens } = tokensWith(aToken(-1790, 10), 'first');
    Date.now = () => serverNow() + 5 * 3_600_000;
    try {
      const token = await tokens.current();
      expect(await tokens.current()).toBe(token);
      expect(asked).toHaveLength(1);
    } finally {
      Date.now = serverNow;
    }
  });
});
