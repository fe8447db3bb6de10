import type { ProblemDocument } from '../../contract/problems.js';

/** What a request of a page came to. */
export type JsonAnswer<Body> =
  | { kind: 'ok'; body: Body }
  /** The server refused; `problem` is `null` when something in between answered in its place. */
  | { kind: 'refused'; status: number; problem: ProblemDocument | null }
  /** Nobody answered in time. */
  | { kind: 'unreachable' };

/** Past this the server counts as not there. */
const timeoutMs = 8_000;

/**
 * Asks the page's own server; cookies go along. Never throws.
 *
 * @param accessToken of the person who asks, for routes that want one
 */
export async function requestJson<Body>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  accessToken?: string,
): Promise<JsonAnswer<Body>> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.ok) return { kind: 'ok', body: (text === '' ? null : JSON.parse(text)) as Body };
    return { kind: 'refused', status: response.status, problem: problemOf(text) };
  } catch {
    return { kind: 'unreachable' };
  }
}

function problemOf(text: string): ProblemDocument | null {
  try {
    const document = JSON.parse(text) as ProblemDocument | null;
    return typeof document?.title === 'string' ? document : null;
  } catch {
    return null;
  }
}

/** One sentence about an answer that was not `ok`. */
export function explain(answer: Exclude<JsonAnswer<unknown>, { kind: 'ok' }>): string {
  if (answer.kind === 'unreachable') return 'The server does not answer';
  const { status, problem } = answer;
  if (problem === null) return `The server answered with status ${status}`;
  return problem.detail === problem.title ? problem.title : `${problem.title}: ${problem.detail}`;
}
