import { randomBytes } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { newSessionId, newUserId, type IdentityId, type SessionId, type UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { ReadThroughCache } from '../common/read-through-cache.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { UsersService } from '../users/users.service.js';
import { withSuffix } from './external-profile.js';
import type { ExternalClaims } from './external-tokens.service.js';
import { IdentitiesRepository } from './identities.repository.js';
import { erasedIdentityId, profileDigest } from './identity-id.js';
import type { IdentityRecord } from './identity.schema.js';
import { sessionEnded } from './session-ended.js';
import type { AccessClaims } from './tokens.service.js';

/** What nodes tell each other: a token of an identity was seen. */
interface Issued {
  id: IdentityId;
  issuedAtMs: number;
}

const maxCachedIdentities = 100_000;
const maxNames = 8;

/**
 * The users of the other issuer. Their tokens have no session of ours: one session stands for all of a user's tokens, and
 * its end refuses whatever was issued until then.
 */
@Injectable()
export class IdentitiesService {
  private readonly known: ReadThroughCache<IdentityId, IdentityRecord>;
  /** The newest token that was seen of each: issued by a clock ahead of ours, it is to be revoked with the others. */
  private readonly newestMs = new LRUCache<IdentityId, number>({ max: maxCachedIdentities });
  /** First requests, and those with a new profile: of many at once, one does the work. */
  private readonly ongoing = new Map<IdentityId, Promise<IdentityRecord>>();

  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly users: UsersService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly nodes: OtherNodes,
  ) {
    this.known = new ReadThroughCache('identities', maxCachedIdentities, nodes);
    nodes.listen('identities', (message) => {
      this.noteIssued(message as Issued);
    });
  }

  /**
   * Whose a checked token is. The first one of a subject makes the account, whatever REGISTRATION says; a newer one with
   * another profile changes it. In the steady state nothing is read from the database.
   *
   * @throws Problem `session_revoked` when it was issued before the user's tokens were revoked, or he has
   *   deleted his account
   */
  async identify(claims: ExternalClaims): Promise<AccessClaims> {
    const { identityId: id, issuedAt, expiresAt } = claims;
    let identity = await this.known.get(id, () => this.identities.findById(id));
    if (identity !== null) requireUnrevoked(identity, claims);
    if (identity === null || isBehind(identity, claims)) {
      identity = await this.bringUpToDate(claims);
      requireUnrevoked(identity, claims);
    }
    const issued = { id, issuedAtMs: issuedAt.getTime() };
    // Where it is revoked, it need not have been seen.
    if (this.noteIssued(issued)) this.nodes.tell('identities', issued satisfies Issued);
    return { userId: identity.userId, sessionId: identity.sessionId, identityId: id, expiresAt };
  }

  /** @throws Problem `session_revoked` when the tokens for which the session stands were revoked */
  async requireLive(id: IdentityId, sessionId: SessionId): Promise<IdentityRecord> {
    const identity = await this.known.get(id, () => this.identities.findById(id));
    if (identity?.sessionId !== sessionId) throw sessionEnded();
    return identity;
  }

  /**
   * Refuses every token of the identity that was issued until now.
   *
   * @returns the session that stood for them
   */
  async revoke(id: IdentityId): Promise<SessionId | null> {
    const identity = await this.identities.findById(id);
    if (identity === null) return null;
    const upTo = new Date(Math.max(this.clock.now().getTime(), this.newestMs.get(id) ?? 0));
    const next = newSessionId();
    try {
      await withKnownOutcome(
        () => this.identities.revoke(id, upTo, next),
        async () => (await this.identities.findById(id))?.sessionId === next,
      );
    } finally {
      this.known.forget(id);
    }
    return identity.sessionId;
  }

  /** The same for every identity of a user: one, or none for who has a password. */
  async revokeAll(userId: UserId): Promise<SessionId[]> {
    const ended: SessionId[] = [];
    for (const { _id } of await this.identities.listOfUser(userId)) {
      const sessionId = await this.revoke(_id);
      if (sessionId !== null) ended.push(sessionId);
    }
    return ended;
  }

  /** Erases who a user, whose account is deleted, is to other issuers; his tokens make no other account. */
  async eraseAll(userId: UserId): Promise<void> {
    for (const { _id } of await this.identities.listOfUser(userId)) {
      try {
        await this.identities.erase(_id, this.erasedId(_id));
      } finally {
        this.known.forget(_id);
        this.newestMs.delete(_id);
      }
    }
  }

  /** @returns whether it is newer than any that was seen before */
  private noteIssued({ id, issuedAtMs }: Issued): boolean {
    const isNewer = issuedAtMs > (this.newestMs.get(id) ?? 0);
    if (isNewer) this.newestMs.set(id, issuedAtMs);
    return isNewer;
  }

  private erasedId(id: IdentityId): string {
    return erasedIdentityId(id, this.settings.JWT_SECRET);
  }

  private bringUpToDate(claims: ExternalClaims): Promise<IdentityRecord> {
    const { identityId: id } = claims;
    const started =
      this.ongoing.get(id) ??
      this.update(claims).finally(() => {
        this.ongoing.delete(id);
        this.known.forget(id);
      });
    this.ongoing.set(id, started);
    return started;
  }

  /** Each step can be done again: a request that is interrupted leaves the rest to the next one, on this node or another. */
  private async update(claims: ExternalClaims): Promise<IdentityRecord> {
    const { identityId: id, issuedAt, profile } = claims;
    const identity = await this.findOrInsert(id);
    if (!identity.isUserMade) {
      await this.makeUser(identity.userId, profile.username);
      await this.identities.change(id, { isUserMade: true });
    }
    if (isBehind({ ...identity, isUserMade: true }, claims)) {
      await this.users.takeProfile(identity.userId, profile);
      await this.identities.change(id, { profileDigest: profileDigest(profile), profileIssuedAt: issuedAt });
    }
    return identity;
  }

  private async findOrInsert(id: IdentityId): Promise<IdentityRecord> {
    const fresh: IdentityRecord = {
      _id: id,
      userId: newUserId(),
      isUserMade: false,
      sessionId: newSessionId(),
      revokedUpTo: null,
      profileDigest: null,
      profileIssuedAt: null,
      createdAt: this.clock.now(),
    };
    const found = await this.identities.findById(id);
    if (found !== null) return found;
    // Asked in this order: what is erased in between is found by the second look.
    if (await this.identities.isErased(this.erasedId(id))) throw sessionEnded();
    // Another node may have been first: then there is one user, and it is that one's.
    if (await this.identities.insert(fresh)) return fresh;
    const theirs = await this.identities.findById(id);
    if (theirs === null) throw new Error('an identity that was there a moment ago is gone');
    return theirs;
  }

  /** An account without a password, under the wanted name or one like it. */
  private async makeUser(id: UserId, wanted: string): Promise<void> {
    for (let attempt = 0; attempt < maxNames; attempt += 1) {
      const username = attempt === 0 ? wanted : withSuffix(wanted, randomBytes(2).toString('hex'));
      try {
        // Without the address: it comes with the profile, and makes nobody an admin.
        await this.users.create({ id, username, email: null, passwordHash: null });
        return;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
        // What is taken may be the id: another node has made the account meanwhile.
        if ((await this.users.findById(id)) !== null) return;
      }
    }
    throw new Problem('conflict', `There are too many users whose name begins with ${wanted}.`);
  }
}

/** Whether the token brings something new: the user himself, or another profile than that of an older token. */
function isBehind(identity: IdentityRecord, { issuedAt, profile }: ExternalClaims): boolean {
  const { isUserMade, profileDigest: digest, profileIssuedAt } = identity;
  if (!isUserMade) return true;
  return (profileIssuedAt === null || issuedAt > profileIssuedAt) && digest !== profileDigest(profile);
}

/** A token of the very second of a revocation is refused as well: times of tokens are whole seconds. */
function requireUnrevoked({ revokedUpTo }: IdentityRecord, { issuedAt }: ExternalClaims): void {
  if (revokedUpTo !== null && issuedAt <= revokedUpTo) throw sessionEnded();
}
