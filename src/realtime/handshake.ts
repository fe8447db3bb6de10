import { Inject, Injectable } from '@nestjs/common';

import { SessionsService } from '../auth/sessions.service.js';
import { TokensService } from '../auth/tokens.service.js';
import type { Actor } from '../common/actor.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { LiveSockets } from './live-sockets.js';

/** What a client hands over when it connects. */
export interface Credentials {
  /** `auth.token` of Socket.IO, whatever the client put there. */
  token: unknown;
  authorization: string | undefined;
}

/** Who may open a socket. */
@Injectable()
export class Handshake {
  constructor(
    private readonly tokens: TokensService,
    private readonly sessions: SessionsService,
    private readonly sockets: LiveSockets,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem `unauthenticated`, `token_expired`, `session_revoked`, `rate_limited`, `unavailable` */
  async admit(credentials: Credentials): Promise<Actor> {
    // The socket that asks is counted already.
    if (this.sockets.count > this.settings.WS_MAX_CONNECTIONS) {
      throw new Problem('unavailable', 'This server has no room for another connection.', { retryAfter: 5 });
    }
    const actor = await this.sessions.requireActor(this.tokens.readAccessToken(tokenOf(credentials)));
    if (this.sockets.ofUser(actor.userId).length >= this.settings.WS_MAX_CONNECTIONS_PER_USER) {
      throw new Problem('rate_limited', 'You have too many open connections; close one.', { retryAfter: 5 });
    }
    return actor;
  }

  /** Whether the actor's session still lives: asked again once the socket can be reached by the session's end. */
  async requireLive(actor: Actor): Promise<void> {
    await this.sessions.requireActor(actor);
  }
}

function tokenOf({ token, authorization }: Credentials): string {
  if (typeof token === 'string') return token;
  const bearer = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined || bearer === undefined) {
    throw new Problem('unauthenticated', 'Hand the access token over in auth.token or in the Authorization header.');
  }
  return bearer;
}
