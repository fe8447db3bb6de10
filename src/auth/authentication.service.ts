import type { IncomingMessage } from 'node:http';

import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { Actor } from '../common/actor.js';
import { bearerToken } from '../common/http/bearer-token.js';
import { ExternalTokensService } from './external-tokens.service.js';
import { IdentitiesService } from './identities.service.js';
import { SessionsService } from './sessions.service.js';
import { notAToken, TokensService, type AccessClaims } from './tokens.service.js';

/** Who is behind an access token, and until when. */
export interface Admission {
  actor: Actor;
  expiresAt: Date;
}

/** The one way from an access token to the one who acts, for REST and both kinds of sockets alike. */
@Injectable()
export class AuthenticationService {
  /** So that the guards of one request check its token once. */
  private readonly identified = new WeakMap<IncomingMessage, Promise<AccessClaims>>();

  constructor(
    private readonly tokens: TokensService,
    private readonly externalTokens: ExternalTokensService,
    private readonly identities: IdentitiesService,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Checks a token, ours or the other issuer's.
   *
   * @param token whatever a client handed over as its access token
   * @throws Problem `unauthenticated`, `token_expired`; for the other issuer's also `session_revoked`, `unavailable`
   */
  async identify(token: unknown): Promise<AccessClaims> {
    // Longer than any token: not to be decoded at all.
    if (typeof token !== 'string' || token.length > limits.token.maxLength) throw notAToken();
    if (!this.externalTokens.claims(token)) return this.tokens.readAccessToken(token);
    return this.identities.identify(await this.externalTokens.read(token));
  }

  /**
   * The same for the token in the header of a request; asked twice, the token is checked once.
   *
   * @throws Problem as `identify`
   */
  identifyRequest(request: IncomingMessage): Promise<AccessClaims> {
    const known = this.identified.get(request) ?? this.identify(bearerToken(request));
    this.identified.set(request, known);
    return known;
  }

  /**
   * Who acts by a token that was identified: the session must be alive and the account active, at this moment.
   *
   * @throws Problem `session_revoked`
   */
  requireActor(claims: Omit<AccessClaims, 'expiresAt'>): Promise<Actor> {
    return this.sessions.requireActor(claims);
  }

  /** @throws Problem as `identify`, or `session_revoked` */
  async admit(token: unknown): Promise<Admission> {
    const claims = await this.identify(token);
    return { actor: await this.requireActor(claims), expiresAt: claims.expiresAt };
  }

  /** @throws Problem as `identify`, or `session_revoked` */
  async admitRequest(request: IncomingMessage): Promise<Actor> {
    return this.requireActor(await this.identifyRequest(request));
  }
}
