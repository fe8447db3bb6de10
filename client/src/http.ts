import { isProblemDocument, ProblemError } from './problem-error.js';

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  token?: string;
  /** Sent as JSON, unless it is a form. */
  body?: unknown;
  timeoutMs: number;
}

/**
 * One request for JSON.
 *
 * @throws ProblemError what the server said, or `network`
 */
export function callHttp<Body>(call: HttpCall): Promise<Body> {
  return answerOf(call, async (response) => parsed(await response.text()) as Body);
}

/**
 * One request for the bytes of something.
 *
 * @throws ProblemError what the server said, or `network`
 */
export function downloadHttp(call: HttpCall): Promise<Blob> {
  return answerOf(call, (response) => response.blob());
}

async function answerOf<Body>(call: HttpCall, read: (response: Response) => Promise<Body>): Promise<Body> {
  const { method, url, token, body, timeoutMs } = call;
  const isForm = body instanceof FormData;
  let status: number;
  let refusal: unknown;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json, application/problem+json, */*;q=0.5',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return await read(response);
    status = response.status;
    refusal = parsed(await response.text());
  } catch (error) {
    throw ProblemError.local('network', `${method} ${url} failed`, error);
  }
  if (isProblemDocument(refusal)) throw ProblemError.from(refusal);
  throw ProblemError.local('network', `${method} ${url} was answered with ${String(status)} and no problem document`);
}

function parsed(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}
