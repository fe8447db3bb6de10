import { callHttp } from './http.js';
import { ProblemError } from './problem-error.js';
import type { Tokens } from './tokens.js';

const timeoutMs = 15_000;

/** The REST API as the user who is logged in. */
export class RestApi {
  /** @param url of the API, without a trailing slash */
  constructor(
    private readonly url: string,
    private readonly tokens: Tokens,
  ) {}

  /**
   * @param path behind the prefix, with its query
   * @throws ProblemError
   */
  async get<Body>(path: string): Promise<Body> {
    const token = await this.tokens.current();
    try {
      return await this.call<Body>(path, token);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'token_expired') throw error;
      return this.call<Body>(path, await this.tokens.renew(token));
    }
  }

  private call<Body>(path: string, token: string): Promise<Body> {
    return callHttp<Body>({ method: 'GET', url: `${this.url}${path}`, token, timeoutMs });
  }
}
