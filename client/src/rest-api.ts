import { callHttp, downloadHttp, type HttpCall } from './http.js';
import { ProblemError } from './problem-error.js';
import type { Tokens } from './tokens.js';

const timeoutMs = 15_000;

/** Files take as long as they take; the server gives up after this too (`limits.attachments.uploadTimeoutMs`). */
const transferTimeoutMs = 600_000;

export interface RestAddresses {
  /** Of the server, without a trailing slash. */
  url: string;
  /** Of the REST API, without a trailing slash. */
  apiUrl: string;
}

/** The REST API as the user who is logged in: requests carry a token that is good, whatever happened to the last one. */
export class RestApi {
  constructor(
    private readonly addresses: RestAddresses,
    private readonly tokens: Tokens,
  ) {}

  /**
   * @param path behind the prefix, with its query, such as `/groups?limit=20`
   * @throws ProblemError
   */
  get<Body>(path: string): Promise<Body> {
    return this.call<Body>('GET', path);
  }

  /**
   * @param body sent as JSON, unless it is a `FormData`
   * @throws ProblemError
   */
  post<Body>(path: string, body?: object): Promise<Body> {
    return this.call<Body>('POST', path, body);
  }

  /** @throws ProblemError */
  put<Body>(path: string, body?: object): Promise<Body> {
    return this.call<Body>('PUT', path, body);
  }

  /** @throws ProblemError */
  patch<Body>(path: string, body?: object): Promise<Body> {
    return this.call<Body>('PATCH', path, body);
  }

  /** @throws ProblemError */
  delete<Body = null>(path: string): Promise<Body> {
    return this.call<Body>('DELETE', path);
  }

  /**
   * The bytes of a file.
   *
   * @param address as views give it, such as `attachment.url`: a path on the server
   * @throws ProblemError, TypeError for any other address: it would get the token
   */
  download(address: string): Promise<Blob> {
    // Behind the name of a host, what begins otherwise may make another host of it.
    if (!address.startsWith('/')) return Promise.reject(new TypeError(`not a path on the server: ${address}`));
    const url = `${this.addresses.url}${address}`;
    return this.withToken((token) => downloadHttp({ method: 'GET', url, token, timeoutMs: transferTimeoutMs }));
  }

  private call<Body>(method: HttpCall['method'], path: string, body?: object): Promise<Body> {
    const url = `${this.addresses.apiUrl}${path}`;
    const call = { method, url, body, timeoutMs: body instanceof FormData ? transferTimeoutMs : timeoutMs };
    return this.withToken((token) => callHttp<Body>({ ...call, token }));
  }

  private async withToken<Result>(request: (token: string) => Promise<Result>): Promise<Result> {
    const token = await this.tokens.current();
    try {
      return await request(token);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'token_expired') throw error;
      return request(await this.tokens.renew(token));
    }
  }
}
