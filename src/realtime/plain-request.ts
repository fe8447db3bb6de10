import type { IncomingMessage } from 'node:http';

import { limits } from '../../contract/limits.js';
import { bearerToken } from '../common/http/bearer-token.js';
import { isUuid, type GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';

/** The subprotocol that this server speaks; a token may stand beside it as `bearer.<token>`. */
export const plainProtocol = 'confab.v1';

/** What a client of the plain WebSocket asks for. */
export interface PlainRequest {
  token: string | undefined;
  scope: 'all' | GroupId;
  since: number | undefined;
  history: number | undefined;
}

/**
 * Reads `/ws` and `/ws/groups/{id}?since=|history=`, and the token from the `Authorization` header, the subprotocol or
 * the query: browsers can set no header on a WebSocket.
 *
 * @throws Problem `not_found` for another path, `validation_failed` for a bad id, `since` or `history`, for
 *   either of them without a group, and for both
 */
export function readPlainRequest(request: IncomingMessage): PlainRequest {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const scope = scopeOf(pathname);
  for (const name of ['since', 'history']) {
    if (scope === 'all' && searchParams.has(name)) throw Problem.field(name, 'is for one group: /ws/groups/{id}');
  }
  if (searchParams.has('since') && searchParams.has('history')) {
    throw Problem.field('history', 'cannot stand beside since');
  }
  return {
    token: tokenOf(request, searchParams),
    scope,
    since: wholeNumber(searchParams, 'since', Number.MAX_SAFE_INTEGER),
    history: wholeNumber(searchParams, 'history', limits.history.maxMessages),
  };
}

function scopeOf(pathname: string): 'all' | GroupId {
  if (/^\/ws\/?$/.test(pathname)) return 'all';
  const id = /^\/ws\/groups\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (id === undefined) throw new Problem('not_found', 'There is no WebSocket here; try /ws.');
  if (!isUuid(id)) throw Problem.field('id', 'must be a UUID');
  return id.toLowerCase() as GroupId;
}

/** From the first of the three places that is there, good or not; none when that place has two of them. */
function tokenOf(request: IncomingMessage, query: URLSearchParams): string | undefined {
  if (request.headers.authorization !== undefined) return bearerToken(request);
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const offered = protocols.filter((name) => name.startsWith('bearer.')).map((name) => name.slice('bearer.'.length));
  const [token, ...more] = offered.length > 0 ? offered : query.getAll('token');
  return more.length === 0 ? token : undefined;
}

function wholeNumber(query: URLSearchParams, name: string, max: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw Problem.field(name, `must be a whole number from 0 to ${String(max)}`);
  }
  return value;
}
