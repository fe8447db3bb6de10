import { createSecretKey, type KeyObject } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';

import { Clock } from '../common/clock.js';
import type { IdentityId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { profileOf, type ExternalProfile } from './external-profile.js';
import { identityId } from './identity-id.js';
import { IssuerKeys } from './issuer-keys.js';
import { hasPossibleTimes } from './token-times.js';
import { notAToken, tokenExpired } from './tokens.service.js';

/** What a token of the other issuer says, once it was checked. */
export interface ExternalClaims {
  identityId: IdentityId;
  issuedAt: Date;
  expiresAt: Date;
  profile: ExternalProfile;
}

/** The clocks of two machines. */
const toleranceSeconds = 5;
const maxSubjectLength = 255;
/** What issuers call an access token, where they say at all what a token is; refresh and id tokens are called otherwise. */
const accessTypes: ReadonlySet<unknown> = new Set(['access', 'bearer', 'jwt', 'at+jwt', 'application/at+jwt']);

/** Checks access tokens of the other issuer (AUTH_EXTERNAL), which stand beside our own and are told by their `iss`. */
@Injectable()
export class ExternalTokensService {
  private readonly secret: KeyObject;

  constructor(
    private readonly keys: IssuerKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.secret = createSecretKey(Buffer.from(settings.JWT_SECRET));
  }

  /** Whether a token, unchecked, claims to be the other issuer's: then it is checked as such and in no other way. */
  claims(token: string): boolean {
    if (!this.settings.AUTH_EXTERNAL) return false;
    try {
      return decodeJwt(token).iss === this.settings.JWT_EXTERNAL_ISSUER;
    } catch {
      // No token at all, whoever looks at it.
      return false;
    }
  }

  /** @throws Problem `token_expired`, `unauthenticated`, or `unavailable` when no key of the issuer was ever loaded */
  async read(token: string): Promise<ExternalClaims> {
    const { sub, iat = NaN, exp = NaN, ...claims } = await this.verify(token);
    const isAccess = claims['typ'] === undefined || accessTypes.has(lowerCase(claims['typ']));
    if (!isAccess || typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength) throw notAToken();
    // Issued in the future, it would outlive the revocation of everything that was issued until now.
    if (iat * 1000 > this.clock.now().getTime() + toleranceSeconds * 1000) throw notAToken();
    return {
      identityId: identityId(claims.iss ?? '', sub),
      issuedAt: new Date(iat * 1000),
      expiresAt: new Date(exp * 1000),
      profile: profileOf({ sub, ...claims }),
    };
  }

  private async verify(token: string): Promise<JWTPayload> {
    const options = {
      issuer: this.settings.JWT_EXTERNAL_ISSUER ?? '',
      audience: this.settings.JWT_EXTERNAL_AUDIENCE ?? this.settings.JWT_AUDIENCE,
      requiredClaims: ['sub', 'iat', 'exp'],
      currentDate: this.clock.now(),
      clockTolerance: toleranceSeconds,
    } satisfies JWTVerifyOptions;
    try {
      // One kind of key, one list of algorithms: a public key is never taken for a secret.
      const { payload } =
        this.settings.JWKS_URI === undefined
          ? await jwtVerify(token, this.secret, { ...options, algorithms: ['HS256'] })
          : await jwtVerify(token, (header, input) => this.keys.find(header, input), {
              ...options,
              algorithms: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
            });
      if (!hasPossibleTimes(payload)) throw notAToken();
      return payload;
    } catch (error) {
      if (error instanceof Problem) throw error;
      const hasExpired = error instanceof errors.JWTExpired && hasPossibleTimes(error.payload);
      throw hasExpired ? tokenExpired(error) : notAToken(error);
    }
  }
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
