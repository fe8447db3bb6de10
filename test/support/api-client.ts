import { documentedAnswers } from './validate-answer.js';

/** An answer of the REST API; `body` is parsed when it is JSON. */
export interface ApiAnswer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

/**
 * Plain HTTP against the API, as a client would speak it: no mocks, no shared types that hide a mistake. Every answer is
 * held to what the server documents.
 */
export class ApiClient {
  constructor(
    readonly address: string,
    readonly token?: string,
  ) {}

  as(token: string): ApiClient {
    return new ApiClient(this.address, token);
  }

  get<Body = unknown>(path: string, headers?: Record<string, string>): Promise<ApiAnswer<Body>> {
    return this.request<Body>('GET', path, undefined, headers);
  }

  post<Body = unknown>(path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    return this.request<Body>('POST', path, body);
  }

  put<Body = unknown>(path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    return this.request<Body>('PUT', path, body);
  }

  patch<Body = unknown>(path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    return this.request<Body>('PATCH', path, body);
  }

  delete<Body = unknown>(path: string): Promise<ApiAnswer<Body>> {
    return this.request<Body>('DELETE', path);
  }

  /** @param body sent as JSON unless it is a form, bytes or a string, which go out as they are */
  async request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<Body>> {
    const documented = await documentedAnswers(this.address);
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: isAsItIs(body) ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    documented?.assert({
      method,
      path: new URL(response.url).pathname,
      hasBody: body !== undefined,
      status: response.status,
      contentType: response.headers.get('content-type'),
      body: parsed,
    });
    return { status: response.status, headers: response.headers, body: parsed as Body };
  }
}

function isAsItIs(body: unknown): body is string | FormData | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
}
