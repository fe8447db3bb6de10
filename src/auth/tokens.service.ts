import { createSecretKey, type KeyObject } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { JwtService, type JwtModuleOptions } from '@nestjs/jwt';

import type { UserRole } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { isUuid, type IdentityId, type SessionId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { SessionRecord } from './session.schema.js';
import { hasPossibleTimes } from './token-times.js';

export interface AccessClaims {
  userId: UserId;
  sessionId: SessionId;
  /** Set for a token of another issuer. */
  identityId?: IdentityId;
  /** When the token expires. */
  expiresAt: Date;
}

interface RefreshClaims {
  sessionId: SessionId;
  generation: number;
}

const algorithm = 'HS256';
const dashboardTtlSeconds = 86_400;

/** The secret as a key object made once: with a string, each check of a token costs some fifty times as much. */
function signingKey(settings: Settings): KeyObject {
  return createSecretKey(Buffer.from(settings.JWT_SECRET));
}

/** Options of the JWT module: signing and checking with one algorithm, issuer and audience. */
export function jwtOptions(settings: Settings) {
  return {
    secret: signingKey(settings),
    signOptions: { algorithm, issuer: settings.JWT_ISSUER, audience: settings.JWT_AUDIENCE },
    verifyOptions: { algorithms: [algorithm], issuer: settings.JWT_ISSUER, audience: settings.JWT_AUDIENCE },
  } satisfies JwtModuleOptions;
}

/** Makes and checks tokens (RFC 7519). Access and refresh tokens differ in their `typ` claim and are never confused. */
@Injectable()
export class TokensService {
  constructor(
    private readonly jwt: JwtService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Seconds that an access token is good for. */
  get accessTtlSeconds(): number {
    return Math.max(1, Math.floor(this.settings.ACCESS_TOKEN_TTL / 1000));
  }

  makeAccessToken(session: SessionRecord, role: UserRole): string {
    return this.jwt.sign(
      { typ: 'access', sub: session.userId, sid: session._id, role },
      { expiresIn: this.accessTtlSeconds },
    );
  }

  /** The refresh token of the session's present generation: the same text each time it is made. */
  makeRefreshToken(session: SessionRecord): string {
    return this.jwt.sign({
      typ: 'refresh',
      sub: session.userId,
      sid: session._id,
      gen: session.generation,
      iat: Math.floor(session.rotatedAt.getTime() / 1000),
      exp: Math.floor(session.expiresAt.getTime() / 1000),
    });
  }

  /** For the cookie of the dashboard: says who it is and nothing more, and is no access token. Good for a day at most. */
  makeDashboardToken({ userId, sessionId, identityId }: Actor): string {
    const claims = {
      typ: 'dashboard',
      sub: userId,
      sid: sessionId,
      ...(identityId !== undefined && { iid: identityId }),
    };
    return this.jwt.sign(claims, { expiresIn: dashboardTtlSeconds });
  }

  /** @throws Problem `token_expired` or `unauthenticated` */
  readDashboardToken(token: string): Omit<AccessClaims, 'expiresAt'> {
    const { typ, sub, sid, iid } = asClaims(this.read(token));
    if (typ !== 'dashboard' || !isUuid(sub) || !isUuid(sid)) throw notAToken();
    const identity = typeof iid === 'string' ? { identityId: iid as IdentityId } : {};
    return { userId: sub as UserId, sessionId: sid as SessionId, ...identity };
  }

  /** @throws Problem `token_expired` or `unauthenticated` */
  readAccessToken(token: string): AccessClaims {
    return accessClaims(this.read(token));
  }

  /** @throws Problem `token_expired` or `unauthenticated` */
  readRefreshToken(token: string): RefreshClaims {
    const { typ, sid, gen } = asClaims(this.read(token));
    if (typ !== 'refresh' || !isUuid(sid) || !Number.isSafeInteger(gen)) throw notAToken();
    return { sessionId: sid as SessionId, generation: gen as number };
  }

  private read(token: string): unknown {
    try {
      return this.jwt.verify<object>(token);
    } catch (error) {
      // Only what was read to its end has expired: anything else may be no JSON.
      const hasExpired = error instanceof Error && error.name === 'TokenExpiredError';
      throw hasExpired && areClaims(this.jwt.decode(token)) ? tokenExpired(error) : notAToken(error);
    }
  }
}

/**
 * What stands in an access token of ours whose signature was checked.
 *
 * @param claims any JSON value: a signature does not make it an object
 * @throws Problem `unauthenticated`
 */
export function accessClaims(claims: unknown): AccessClaims {
  const { typ, sub, sid, exp } = asClaims(claims);
  if (typ !== 'access' || !isUuid(sub) || !isUuid(sid) || typeof exp !== 'number') throw notAToken();
  return { userId: sub as UserId, sessionId: sid as SessionId, expiresAt: new Date(exp * 1000) };
}

function asClaims(claims: unknown): Record<string, unknown> {
  if (!areClaims(claims)) throw notAToken();
  return claims;
}

function areClaims(claims: unknown): claims is Record<string, unknown> {
  return typeof claims === 'object' && claims !== null && hasPossibleTimes(claims as Record<string, unknown>);
}

export function tokenExpired(cause: Error): Problem {
  return new Problem('token_expired', 'The token has expired.', { cause });
}

/** The answer to whatever is no good token: it never says what was wrong with it. */
export function notAToken(cause?: unknown): Problem {
  return new Problem('unauthenticated', 'A valid access token is required.', { cause });
}
