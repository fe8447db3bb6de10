import { isDeepStrictEqual } from 'node:util';

import { Inject, Injectable } from '@nestjs/common';

import type { OwnUserView, Presence, PublicUserView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { attachmentUrls, type AttachmentUrls } from '../common/attachment-urls.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { newUserId, type UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { loadTogether } from '../common/load-together.js';
import { ReadThroughCache, type CacheCounts } from '../common/read-through-cache.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { chosenPresence, nextEnd } from './chosen-presence.js';
import { newUserRecord } from './new-user-record.js';
import { displayNameKey, emailKey, usernameKey } from './user-keys.js';
import type { UserRecord } from './user.schema.js';
import { UserPresence } from './user-presence.js';
import { toOwnUser, toPublicUser } from './user.view.js';
import { UsersRepository, type TakenField } from './users.repository.js';

/** What is needed to make an account. */
export interface NewUser {
  /** A new one unless it was settled before. */
  id?: UserId;
  username: string;
  email: string | null;
  passwordHash: string | null;
  displayName?: string | undefined;
  /** The invitation by which he comes, which is to be used up next. */
  pendingInviteCode?: string | undefined;
  isBot?: boolean;
}

const maxCachedUsers = 50_000;
const maxLoadedTogether = 1000;

@Injectable()
export class UsersService {
  private readonly cache: ReadThroughCache<UserId, UserRecord>;
  private readonly load = loadTogether<UserId, UserRecord | null>(async (ids) => {
    const found = new Map((await this.users.findByIds(ids)).map((user) => [user._id, user]));
    return ids.map((id) => found.get(id) ?? null);
  }, maxLoadedTogether);

  private readonly urls: AttachmentUrls;

  constructor(
    private readonly users: UsersRepository,
    private readonly presence: UserPresence,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    nodes: OtherNodes,
  ) {
    this.cache = new ReadThroughCache('users', maxCachedUsers, nodes);
    this.urls = attachmentUrls(settings.API_PREFIX);
  }

  /** What its memory has done, for operators. */
  get cacheCounts(): CacheCounts {
    return this.cache;
  }

  /**
   * Makes an account; the one with `ADMIN_EMAIL` is an admin.
   *
   * @throws Problem `conflict` naming the field that another account has
   */
  async create(user: NewUser): Promise<UserRecord> {
    const address = user.email === null ? null : emailKey(user.email);
    const { ADMIN_EMAIL } = this.settings;
    const isAdmin = address !== null && ADMIN_EMAIL !== undefined && address === emailKey(ADMIN_EMAIL);
    const record = newUserRecord({
      _id: user.id ?? newUserId(),
      username: user.username,
      displayName: user.displayName ?? user.username,
      email: user.email,
      passwordHash: user.passwordHash,
      pendingInviteCode: user.pendingInviteCode ?? null,
      role: isAdmin ? 'admin' : 'user',
      isBot: user.isBot ?? false,
      createdAt: this.clock.now(),
    });
    const taken = await this.users.insert(record);
    if (taken !== null) throw isTaken(taken);
    return record;
  }

  /** Takes back an account that was made a moment ago, of which nobody knows yet. */
  async withdraw(id: UserId): Promise<void> {
    try {
      await withKnownOutcome(
        () => this.users.delete(id),
        async () => (await this.users.findById(id)) === null,
      );
    } finally {
      this.cache.forget(id);
    }
  }

  /** The account of a login name: a username, or an address when it has an @. */
  async findByLogin(login: string): Promise<UserRecord | null> {
    return login.includes('@')
      ? this.users.findByEmailKey(emailKey(login))
      : this.users.findByUsernameKey(usernameKey(login));
  }

  /** Those of these usernames that exist, in any case of letters. */
  async findByUsernames(usernames: readonly string[]): Promise<UserRecord[]> {
    return this.users.findByUsernameKeys(usernames.map(usernameKey));
  }

  async findByUsername(username: string): Promise<UserRecord | null> {
    return this.users.findByUsernameKey(usernameKey(username));
  }

  /** From memory when it is there. */
  async findById(id: UserId): Promise<UserRecord | null> {
    return this.cache.get(id, () => this.load(id));
  }

  /** @throws Problem `not_found` */
  async requireById(id: UserId): Promise<UserRecord> {
    const user = await this.findById(id);
    if (user === null) throw noSuchUser();
    return user;
  }

  /** The same for what is begun with somebody: one who was deleted counts as none. @throws Problem `not_found` */
  async requireUndeleted(id: UserId): Promise<UserRecord> {
    const user = await this.requireById(id);
    if (user.deletedAt !== null) throw noSuchUser();
    return user;
  }

  /**
   * Those of `ids` that exist, by id.
   *
   * @param ids at most a page of them
   */
  async findByIds(ids: readonly UserId[]): Promise<Map<UserId, UserRecord>> {
    return this.cache.getMany(
      ids,
      (missing) => this.users.findByIds(missing),
      (user) => user._id,
    );
  }

  /** How many accounts there are, for operators. */
  countAll(): Promise<number> {
    return this.users.countAll();
  }

  /** The actor's own profile. */
  async profile(actor: Actor): Promise<OwnUserView> {
    return this.ownView(await this.requireById(actor.userId));
  }

  /** @throws Problem `not_found` */
  async publicProfile(id: UserId): Promise<PublicUserView> {
    return this.publicView(await this.requireById(id));
  }

  /** @throws Problem `not_found` */
  async publicProfileByUsername(username: string): Promise<PublicUserView> {
    const user = await this.findByUsername(username);
    if (user === null) throw noSuchUser();
    return this.publicView(user);
  }

  /** What everyone signed in may see of a user, with his presence now. */
  publicView(user: UserRecord): PublicUserView {
    return toPublicUser(user, this.seenAs(user), this.urls);
  }

  /** What a user sees of himself. */
  ownView(user: UserRecord): OwnUserView {
    return toOwnUser(user, this.seenAs(user), chosenPresence(user, this.clock.now()), this.urls);
  }

  /** When the next part of what a user chose to be seen as ends by itself; `null` when none does. */
  nextEndOfChoice(user: UserRecord): Date | null {
    return nextEnd(chosenPresence(user, this.clock.now()));
  }

  /**
   * Changes what is known of a user.
   *
   * @throws Problem `not_found`, or `conflict` naming the field that another account has
   */
  async change(id: UserId, changes: Partial<UserRecord>): Promise<UserRecord> {
    let outcome: UserRecord | null | TakenField = null;
    try {
      await withKnownOutcome(
        async () => isUser((outcome = await this.users.change(id, changes))),
        async () => has((outcome = await this.users.findById(id)), changes),
      );
    } finally {
      this.cache.forget(id);
    }
    return requireChanged(outcome);
  }

  /** The last connection of each of these users has ended. */
  async recordLastSeen(ids: readonly UserId[]): Promise<void> {
    const lastSeenAt = this.clock.now();
    try {
      await this.users.setLastSeen(ids, lastSeenAt);
    } catch (error) {
      // The answer may have been lost, and not the write.
      for (const id of ids) this.cache.forget(id);
      throw error;
    }
    for (const id of ids) this.cache.change(id, (user) => (user.deletedAt === null ? { ...user, lastSeenAt } : user));
  }

  /**
   * What another issuer says of an active user of his. An address that another account has is left out: two accounts are
   * never joined by one.
   */
  async takeProfile(
    id: UserId,
    { displayName, email }: { displayName: string | null; email: string | null },
  ): Promise<void> {
    const user = await this.findById(id);
    // Who was deleted or deactivated stays as he is; that his tokens are refused is said where sessions are asked about.
    if (user?.isActive !== true) return;
    const { username } = user;
    const name = displayName ?? username;
    const profile = {
      displayName: name,
      displayNameKey: displayNameKey(name, username),
      email,
      emailKey: email === null ? null : emailKey(email),
      updatedAt: this.clock.now(),
    };
    try {
      const isTaken = await this.users.setProfile(id, profile);
      if (isTaken) await this.users.setProfile(id, { ...profile, email: null, emailKey: null });
    } finally {
      this.cache.forget(id);
    }
  }

  async recordLogin(id: UserId): Promise<Date> {
    const at = this.clock.now();
    await this.users.setLastLogin(id, at);
    this.cache.forget(id);
    return at;
  }

  async changePasswordHash(id: UserId, passwordHash: string): Promise<void> {
    try {
      await withKnownOutcome(
        () => this.users.setPasswordHash(id, passwordHash, this.clock.now()),
        async () => (await this.users.findById(id))?.passwordHash === passwordHash,
      );
    } finally {
      this.cache.forget(id);
    }
  }

  private seenAs(user: UserRecord): { presence: Presence; statusText: string | null } {
    const { presenceChoice, statusText } = chosenPresence(user, this.clock.now());
    return { presence: this.presence.presenceOf(user._id, presenceChoice), statusText };
  }
}

function isUser(outcome: UserRecord | null | TakenField): outcome is UserRecord {
  return typeof outcome === 'object' && outcome !== null;
}

function requireChanged(outcome: UserRecord | null | TakenField): UserRecord {
  if (isUser(outcome)) return outcome;
  throw outcome === null ? noSuchUser() : isTaken(outcome);
}

/** Whether a change is in what was read. */
function has(user: UserRecord | null, changes: Partial<UserRecord>): boolean {
  return user !== null && isDeepStrictEqual({ ...user, ...changes }, user);
}

function noSuchUser(): Problem {
  return new Problem('not_found', 'There is no such user.');
}

function isTaken(field: TakenField): Problem {
  return new Problem('conflict', `This ${field} is taken.`, { errors: [{ field, message: 'is taken' }] });
}
