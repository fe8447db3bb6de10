import { request } from 'node:http';

import type { ProblemDocument } from '../../contract/problems.js';
import { ApiClient } from './api-client.js';
import { PlainSocket } from './plain-socket.js';
import type { TestApp } from './test-app.js';
import { TestSocket } from './test-socket.js';

/** What became of a token: let in, or refused with a status and a code. */
export type Outcome = 'let in' | { status: number; code: string };

/** Hands a token over in one of the ways in which the server takes one. */
type Way = (app: Pick<TestApp, 'url' | 'api'>, token: string) => Promise<Outcome>;

/** One header for each token. The types know single headers only; Node, which `ws` and Socket.IO hand them to, takes several. */
const several = (tokens: string[]) =>
  ({ Authorization: tokens.map((token) => `Bearer ${token}`) }) as unknown as Record<string, string>;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Every way in which a token can reach the server. */
export const tokenWays: readonly [name: string, way: Way][] = [
  [
    'REST',
    async ({ api }, token) => {
      const { status, body } = await new ApiClient(api, token).get('/users/me');
      return status === 200 ? 'let in' : outcomeOf(body, status);
    },
  ],
  ['Socket.IO, in auth.token', ({ url }, token) => bySocketIo(url, token, {})],
  ['Socket.IO, in the header', ({ url }, token) => bySocketIo(url, undefined, bearer(token))],
  ['the plain WebSocket, in the header', ({ url }, token) => byPlain(url, { headers: bearer(token) })],
  [
    'the plain WebSocket, in the query',
    ({ url }, token) => byPlain(url, { path: `/ws?token=${encodeURIComponent(token)}` }),
  ],
];

/** The same over REST, Socket.IO and the plain WebSocket with several `Authorization` headers, which `fetch` would join. */
export const duplicateHeaderWays: readonly [
  name: string,
  way: (app: Pick<TestApp, 'url' | 'api'>, tokens: string[]) => Promise<Outcome>,
][] = [
  ['REST', ({ api }, tokens) => withHeaders(`${api}/users/me`, tokens)],
  ['Socket.IO', ({ url }, tokens) => bySocketIo(url, undefined, several(tokens))],
  ['the plain WebSocket', ({ url }, tokens) => byPlain(url, { headers: several(tokens) })],
];

function withHeaders(url: string, tokens: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers: several(tokens) });
    asking.on('error', reject);
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const { statusCode = 0 } = response;
        resolve(statusCode === 200 ? 'let in' : outcomeOf(JSON.parse(text), statusCode));
      });
    });
    asking.end();
  });
}

async function bySocketIo(
  url: string,
  token: string | undefined,
  extraHeaders: Record<string, string>,
): Promise<Outcome> {
  const outcome = await TestSocket.attempt(url, token, { extraHeaders });
  if ('refusal' in outcome) return outcomeOf(outcome.refusal, outcome.refusal.status);
  outcome.socket.close();
  return 'let in';
}

async function byPlain(url: string, options: Parameters<typeof PlainSocket.attempt>[1]): Promise<Outcome> {
  const outcome = await PlainSocket.attempt(url, options);
  if ('refusal' in outcome) return outcomeOf(outcome.refusal.body, outcome.refusal.status);
  outcome.socket.close();
  return 'let in';
}

function outcomeOf(body: unknown, status: number): Outcome {
  return { status, code: (body as ProblemDocument).code };
}
