import { Inject, Injectable } from '@nestjs/common';

import type { SessionEndReason } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { SessionView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import type { SessionId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { ReadThroughCache, type CacheCounts } from '../common/read-through-cache.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { UserSessions } from '../users/user-sessions.js';
import { UsersService } from '../users/users.service.js';
import type { SessionRecord } from './session.schema.js';
import { IdentitiesService } from './identities.service.js';
import { newSession, wholeSeconds } from './new-session.js';
import { sessionEnded } from './session-ended.js';
import { toExternalSessionView, toSessionView } from './session.view.js';
import { SessionsRepository } from './sessions.repository.js';
import type { AccessClaims } from './tokens.service.js';

/** Where a login came from, as far as the transport knows. */
export interface Origin {
  device: string | null;
  address: string | null;
}

const maxCachedSessions = 100_000;

/** Sessions: begun by a login, carried on by refreshes, ended by a logout, and asked for by every request. */
@Injectable()
export class SessionsService implements UserSessions {
  private readonly live: ReadThroughCache<SessionId, SessionRecord>;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly identities: IdentitiesService,
    private readonly users: UsersService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly nodes: OtherNodes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.live = new ReadThroughCache('sessions', maxCachedSessions, nodes);
  }

  /** What its memory has done, for operators. */
  get cacheCounts(): CacheCounts {
    return this.live;
  }

  async begin(userId: UserId, origin: Origin): Promise<SessionRecord> {
    const now = this.clock.now();
    const session = newSession(userId, origin, now, this.expiryFrom(now));
    await this.sessions.insert(session);
    return session;
  }

  /**
   * The session of a refresh token, moved on to its next token. The token just before the present one is taken once
   * more within a short grace: its answer may have been lost, or two tabs may have refreshed at once; both end with
   * the same successor. An older one has been stolen or replayed, so the whole session ends.
   *
   * @throws Problem `session_revoked`
   */
  async refresh(id: SessionId, generation: number): Promise<SessionRecord> {
    const now = this.clock.now();
    const rotated = await this.sessions.rotate(id, generation, {
      rotatedAt: wholeSeconds(now),
      exchangedAt: now,
      lastUsedAt: now,
      expiresAt: this.expiryFrom(now),
    });
    if (rotated !== null) {
      this.live.forget(id);
      return rotated;
    }
    const session = await this.sessions.findById(id);
    if (session === null || session.expiresAt <= now) throw sessionEnded();
    const sinceExchangeMs = now.getTime() - session.exchangedAt.getTime();
    if (generation === session.generation - 1 && sinceExchangeMs <= limits.refresh.graceMs) return session;
    await this.end(session, 'refresh_token_reused');
    throw sessionEnded();
  }

  /**
   * Who is behind an access token that was checked: the session must be alive and the account active.
   *
   * @throws Problem `session_revoked`
   */
  async requireActor({ userId, sessionId, identityId }: Omit<AccessClaims, 'expiresAt'>): Promise<Actor> {
    const isExternal = identityId !== undefined;
    if (isExternal) await this.identities.requireLive(identityId, sessionId);
    else await this.requireLive(userId, sessionId);
    const user = await this.users.findById(userId);
    if (user?.isActive !== true) throw sessionEnded();
    return { userId, sessionId, role: user.role, ...(isExternal && { identityId }) };
  }

  async listMine(actor: Actor): Promise<SessionView[]> {
    const now = this.clock.now();
    if (actor.identityId !== undefined) {
      const identity = await this.identities.requireLive(actor.identityId, actor.sessionId);
      return [toExternalSessionView(identity, now)];
    }
    const sessions = await this.sessions.listOfUser(actor.userId);
    return sessions
      .filter((session) => session.expiresAt > now)
      .map((session) => toSessionView(session, actor.sessionId));
  }

  /** @throws Problem `not_found` when the session is not the actor's */
  async endMine(actor: Actor, id: SessionId): Promise<void> {
    if (actor.identityId !== undefined && id === actor.sessionId) {
      await this.identities.revoke(actor.identityId);
      await this.announceEnds([{ _id: id, userId: actor.userId }], 'logout');
      return;
    }
    const session = await this.sessions.findById(id);
    if (session?.userId === actor.userId) await this.end(session, 'logout');
    // Ended elsewhere a moment ago: its sockets here must go all the same.
    else if (id === actor.sessionId) await this.announceEnds([{ _id: id, userId: actor.userId }], 'logout');
    else throw new Problem('not_found', 'There is no such session.');
  }

  /** Ends every session of a user but `except`, and refuses the tokens that another issuer gave him. */
  async endAll(userId: UserId, reason: SessionEndReason, except?: SessionId): Promise<void> {
    const sessions = await this.sessions.listOfUser(userId);
    const ended = sessions.filter((session) => session._id !== except);
    const ids = ended.map((session) => session._id);
    await withKnownOutcome(
      () => this.sessions.deleteMany(ids),
      async () => !(await this.sessions.anyOf(ids)),
    );
    const revokedIds = await this.identities.revokeAll(userId);
    await this.announceEnds([...ended, ...revokedIds.map((_id) => ({ _id, userId }))], reason);
  }

  async eraseOf(userId: UserId): Promise<void> {
    await this.identities.eraseAll(userId);
  }

  /** Ends one session, whoever asks: a login that turned out to be wrong. */
  async endOne(session: SessionRecord): Promise<void> {
    await this.end(session, 'logout');
  }

  /** Removes what has expired, a batch at a time; the embedded database has no expiry of its own. */
  async sweep(): Promise<void> {
    const batch = 500;
    let expired: SessionRecord[];
    do {
      const now = this.clock.now();
      expired = await this.sessions.listExpired(now, batch);
      const ended: SessionRecord[] = [];
      // One that was renewed since the look at it lives on.
      for (const session of expired) if (await this.sessions.deleteExpired(session._id, now)) ended.push(session);
      await this.announceEnds(ended, 'expired');
    } while (expired.length === batch);
  }

  private async requireLive(userId: UserId, id: SessionId): Promise<void> {
    const session = await this.live.get(id, () => this.sessions.findById(id));
    if (session?.userId !== userId || session.expiresAt <= this.clock.now()) throw sessionEnded();
  }

  private async end(session: SessionRecord, reason: SessionEndReason): Promise<void> {
    await withKnownOutcome(
      () => this.sessions.delete(session._id),
      async () => (await this.sessions.findById(session._id)) === null,
    );
    await this.announceEnds([session], reason);
  }

  /** When it resolves, nothing reaches anyone through these sessions, on any node. */
  private async announceEnds(
    sessions: readonly Pick<SessionRecord, '_id' | 'userId'>[],
    reason: SessionEndReason,
  ): Promise<void> {
    await this.nodes.cut(() => {
      for (const { _id: sessionId, userId } of sessions) {
        this.live.forget(sessionId);
        this.events.publish('session.ended', { sessionId, userId, reason });
      }
    });
  }

  private expiryFrom(now: Date): Date {
    return new Date(now.getTime() + this.settings.REFRESH_TOKEN_TTL);
  }
}
