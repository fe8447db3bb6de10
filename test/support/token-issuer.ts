import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';

import { forgeToken, type Forgery } from './forged-token.js';

/** The algorithms with which an issuer signs, each with the keys that it takes. */
export const issuerAlgorithms = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
} as const;

export type IssuerAlgorithm = keyof typeof issuerAlgorithms;

export interface IssuerKey {
  kid: string;
  alg: IssuerAlgorithm;
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export function newIssuerKey(alg: IssuerAlgorithm = 'ES256'): IssuerKey {
  return { kid: `key-${randomUUID()}`, alg, ...issuerAlgorithms[alg]() };
}

const seconds = (ms: number) => Math.floor(ms / 1000);

/** Claims of a good token of another issuer; a test changes what it is about. */
export function externalClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const iat = seconds(Date.now());
  return { iss: 'https://login.example.org', aud: 'confab', sub: randomUUID(), iat, exp: iat + 3_600, ...changes };
}

/** How an issuer signs with one of its keys. */
export function signedBy({ alg, kid, privateKey: key }: IssuerKey): Forgery {
  return { secret: '', alg, header: { kid }, key };
}

/** A small issuer that publishes its keys on a free port of this machine. */
export class TokenIssuer {
  /** What is published now. */
  keys: IssuerKey[] = [newIssuerKey()];
  /** How often the keys were asked for. */
  fetches = 0;
  /** Answers in place of the keys. */
  answer: ((response: ServerResponse) => void) | undefined;

  private constructor(private readonly server: Server) {}

  static async start(port = 0): Promise<TokenIssuer> {
    const server = createServer();
    const issuer = new TokenIssuer(server);
    server.on('request', (_request, response) => {
      issuer.fetches += 1;
      if (issuer.answer === undefined) response.end(issuer.published());
      else issuer.answer(response);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return issuer;
  }

  get uri(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/jwks.json`;
  }

  /** The settings of a server that takes this issuer's tokens. */
  get settings(): Record<string, string> {
    return { AUTH_EXTERNAL: 'true', JWT_EXTERNAL_ISSUER: 'https://login.example.org', JWKS_URI: this.uri };
  }

  /** A token signed with the newest key, or another. */
  token(claims: Record<string, unknown> = {}, key = this.keys.at(-1)!): string {
    return forgeToken(externalClaims(claims), signedBy(key));
  }

  published(): string {
    const keys = this.keys.map(({ publicKey, kid, alg }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg,
      use: 'sig',
    }));
    return JSON.stringify({ keys });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
