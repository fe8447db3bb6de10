import { isProblemDocument, ProblemError } from './problem-error.js';

export interface HttpCall {
  method: 'GET' | 'POST';
  url: string;
  token?: string;
  body?: unknown;
  timeoutMs: number;
}

/**
 * One request for JSON.
 *
 * @throws ProblemError what the server said, or `network`
 */
export async function callHttp<Body>({ method, url, token, body, timeoutMs }: HttpCall): Promise<Body> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    answer = text === '' ? null : JSON.parse(text);
  } catch (error) {
    throw ProblemError.local('network', `${method} ${url} failed`, error);
  }
  if (response.ok) return answer as Body;
  if (isProblemDocument(answer)) throw ProblemError.from(answer);
  throw ProblemError.local(
    'network',
    `${method} ${url} was answered with ${String(response.status)} and no problem document`,
  );
}
