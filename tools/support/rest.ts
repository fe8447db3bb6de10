import type { ProblemDocument } from '../../contract/problems.js';
import { Patience, type RetryAdvice } from './patience.js';

/** An answer of the server that says no. */
export class RestError extends Error {
  override readonly name = 'RestError';

  constructor(
    readonly status: number,
    /** `null` when the answer is not a problem document: it is not Confab that answered. */
    readonly problem: ProblemDocument | null,
    request: string,
  ) {
    super(`${request}: ${String(status)} ${problem?.detail ?? 'without a problem document'}`);
  }
}

/** REST calls that outlast rate limits, outages of the database, and a server that is being started again. */
export class Rest {
  /** @param address of the server, without the prefix of its routes */
  constructor(private readonly address: string) {}

  /**
   * Sends a request until it is answered. A repeat after a lost connection may find that the first one was done: `post`
   * only what may be done twice, or whose second answer tells (`conflict`).
   *
   * @throws RestError for an answer that will not become another one by waiting
   */
  async request<Body>(method: 'GET' | 'POST', path: string, token?: string, body?: object): Promise<Body> {
    const patience = new Patience();
    for (;;) {
      const answer = await this.attempt(method, path, token, body);
      if ('body' in answer) return answer.body as Body;
      await patience.pause(answer.failure, answer.advice);
    }
  }

  private async attempt(
    method: string,
    path: string,
    token: string | undefined,
    body: object | undefined,
  ): Promise<{ body: unknown } | { failure: Error; advice?: RetryAdvice }> {
    const request = `${method} ${path}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.address}/api/v1${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      text = await response.text();
    } catch (error) {
      return { failure: new Error(`${request}: no answer`, { cause: error }) };
    }
    if (response.ok) return { body: JSON.parse(text) as unknown };
    const failure = new RestError(response.status, problemOf(response, text), request);
    if (![429, 502, 503, 504].includes(response.status)) throw failure;
    const retryAfter = response.headers.get('retry-after');
    const seconds = retryAfter === null ? undefined : Number(retryAfter);
    return { failure, advice: { status: response.status, retryAfter: seconds } };
  }
}

function problemOf(response: Response, text: string): ProblemDocument | null {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) return null;
  return JSON.parse(text) as ProblemDocument;
}
