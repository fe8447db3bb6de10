import { Inject, Injectable } from '@nestjs/common';

import { AuthenticationService, type Admission } from '../auth/authentication.service.js';
import type { Actor } from '../common/actor.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { problemDocument } from './refusal.js';
import { RemoteConnections } from './remote-connections.js';
import { rooms } from './rooms.js';

/** Who may open a connection, and keep it. */
@Injectable()
export class Handshake {
  constructor(
    private readonly authentication: AuthenticationService,
    private readonly connections: LiveConnections,
    private readonly remote: RemoteConnections,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param token whatever the client handed over as its access token
   * @throws Problem `unauthenticated`, `token_expired`, `session_revoked`, `rate_limited`, `unavailable`
   */
  async admit(token: unknown): Promise<Admission> {
    // The connection that asks is counted already.
    if (this.connections.count > this.settings.WS_MAX_CONNECTIONS) {
      throw noRoom();
    }
    return this.authentication.admit(token);
  }

  /**
   * Whether there is room for a connection that is not counted yet.
   *
   * @throws Problem `rate_limited`, `unavailable`
   */
  requireRoom(actor: Actor): void {
    if (this.connections.count >= this.settings.WS_MAX_CONNECTIONS) throw noRoom();
    this.requireRoomOfUser(actor);
  }

  /**
   * Whether the user may have one more connection. To be asked in the turn in which the new one joins the user's room:
   * while its token was checked, others may have come.
   *
   * @throws Problem `rate_limited`
   */
  requireRoomOfUser({ userId }: Actor): void {
    const count = this.connections.roomSize(rooms.user(userId)) + this.remote.count(userId);
    if (count >= this.settings.WS_MAX_CONNECTIONS_PER_USER) throw tooMany();
  }

  /** Whether the actor's session still lives: asked again once the connection can be reached by the session's end. */
  async requireLive(actor: Actor): Promise<void> {
    await this.authentication.requireActor(actor);
  }

  /**
   * A new token for a living connection, of the same user. Only when it is good does anything change, except that a
   * connection whose own session is found ended is closed.
   *
   * @throws Problem `unauthenticated`, `token_expired`, `session_revoked`, or `forbidden` for somebody else's token
   */
  async renew(connection: Connection, token: unknown): Promise<Admission> {
    const { state } = connection;
    const claims = await this.authentication.identify(token);
    if (claims.userId !== state.actor.userId) throw new Problem('forbidden', 'The token belongs to another user.');
    const [own, next] = [rooms.session(state.actor.sessionId), rooms.session(claims.sessionId)];
    // From here on the end of the new session closes this connection; it may have ended just before.
    connection.join(next);
    const actor = await this.authentication.requireActor(claims).catch((error: unknown) => {
      if (next !== own) connection.leave(next);
      else if (error instanceof Problem && error.code === 'session_revoked') refuseFurther(connection, error);
      throw error;
    });
    if (next !== own) connection.leave(own);
    const admission: Admission = { actor, expiresAt: claims.expiresAt };
    Object.assign(state, { ...admission, isEndAnnounced: false });
    return admission;
  }
}

function refuseFurther(connection: Connection, problem: Problem): void {
  connection.emit({ event: 'error', payload: problemDocument(problem, 'authenticate') });
  connection.close('session_revoked');
}

function noRoom(): Problem {
  return new Problem('unavailable', 'This server has no room for another connection.', { retryAfter: 5 });
}

function tooMany(): Problem {
  return new Problem('rate_limited', 'You have too many open connections; close one.', { retryAfter: 5 });
}
