import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';

import { Clock } from '../common/clock.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

/** A key that was withdrawn is refused after this at the latest. */
const maxAgeMs = 10 * 60_000;
/** Whoever makes up key ids makes the server ask no more often than this, and so does an issuer that does not answer. */
const askAgainAfterMs = 60_000;
/** The same as long as no key was ever loaded, when nobody can be let in anyway. */
const firstAskAgainAfterMs = 5_000;
const timeoutMs = 3_000;
const maxBytes = 262_144;

/**
 * The public keys of the other issuer, from its JWKS (RFC 7517). Loaded when the first token comes, again after ten
 * minutes, and for a key id that is not known. While the issuer cannot be reached, the keys that are known stay good.
 *
 * (jose's own `createRemoteJWKSet` forgets its keys when they are old and the issuer is away, asks at every token as long
 * as asking fails, and reads answers of any size. The choice of the key and all of the checking are jose's.)
 */
@Injectable()
export class IssuerKeys {
  private readonly logger = new Logger(IssuerKeys.name);
  private keys: ReturnType<typeof createLocalJWKSet> | undefined;
  private loadedAtMs = -Infinity;
  private askedAtMs = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The key that a token says it is signed with.
   *
   * @throws Problem `unavailable` when no keys were ever loaded, an error of jose when there is no such key
   */
  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    if (this.nowMs() - this.loadedAtMs >= maxAgeMs) await this.refresh();
    try {
      return await this.known()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.refresh())) throw error;
      return this.known()(header, token);
    }
  }

  private known(): ReturnType<typeof createLocalJWKSet> {
    if (this.keys !== undefined) return this.keys;
    throw new Problem('unavailable', 'The keys of the issuer of this token could not be loaded yet.', {
      retryAfter: firstAskAgainAfterMs / 1000,
    });
  }

  /** @returns false when it is too early to ask again */
  private async refresh(): Promise<boolean> {
    const pauseMs = this.keys === undefined ? firstAskAgainAfterMs : askAgainAfterMs;
    if (this.loading === undefined && this.nowMs() - this.askedAtMs < pauseMs) return false;
    // Whoever comes meanwhile waits for the same answer.
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
    return true;
  }

  private async load(): Promise<void> {
    this.askedAtMs = this.nowMs();
    try {
      this.keys = createLocalJWKSet(await fetchKeys(this.settings.JWKS_URI ?? ''));
      this.loadedAtMs = this.nowMs();
    } catch (error) {
      // The tokens of known keys are as good as before; the others are refused by who asked.
      this.logger.warn({ err: error }, 'the keys of the other issuer could not be loaded');
    }
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}

async function fetchKeys(uri: string): Promise<JSONWebKeySet> {
  const response = await fetch(uri, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200 || response.body === null)
    throw new Error(`the issuer answered ${String(response.status)}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop breaks the connection.
    if (bytes > maxBytes) throw new Error(`the issuer answered more than ${String(maxBytes)} bytes`);
    chunks.push(chunk);
  }
  // Whether it is a set of keys is checked by jose, which it is made for.
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet;
}
