import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import type { UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { unlessRefused } from '../common/unless-refused.js';
import { BlocksService } from './blocks.service.js';
import { UserAdministrationService } from './user-administration.service.js';
import { displayNameKey, usernameKey } from './user-keys.js';
import { UserFiles } from './user-files.js';
import { UserMemberships } from './user-memberships.js';
import type { UserRecord } from './user.schema.js';
import { UserSessions } from './user-sessions.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const batch = 100;
const maxAttempts = 5;

/**
 * The end of an account. The first write erases what is personal and marks the deletion as begun; everything after it can
 * be done again, and is, by the next sweep, when the server is killed in between.
 */
@Injectable()
export class AccountDeletionService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly users: UsersService,
    private readonly administration: UserAdministrationService,
    private readonly blocks: BlocksService,
    private readonly sessions: UserSessions,
    private readonly memberships: UserMemberships,
    private readonly files: UserFiles,
    private readonly clock: Clock,
  ) {}

  /**
   * Erases a user's personal data, ends his sessions, and takes him out of his groups. His messages stay with their
   * files, under "Deleted user"; what he uploaded besides is removed; his name and address are free again.
   *
   * @throws Problem `conflict` for the last admin
   */
  async delete(userId: UserId): Promise<void> {
    const user = await this.users.requireById(userId);
    // Another request of his may be faster at any step: then what it was for is done, and what follows can be done twice.
    await unlessRefused('not_found', () => this.administration.stepDown(user));
    await unlessRefused('not_found', () => this.erase(userId));
    await this.finish(userId);
  }

  /**
   * Finishes the deletions that were begun before `before`, and interrupted.
   *
   * @param stopping ends it behind the account that it is about
   */
  async sweep(before: Date, stopping: AbortSignal): Promise<void> {
    let pending: UserRecord[];
    do {
      pending = await this.repository.listBeingDeleted(before, batch);
      for (const { _id } of pending) {
        if (stopping.aborted) return;
        await this.finish(_id);
      }
    } while (pending.length === batch);
  }

  private async erase(userId: UserId): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.users.change(userId, erased(this.clock.now()));
        return;
      } catch (error) {
        // Another account has the name, by chance.
        const isTaken = error instanceof Problem && error.code === 'conflict';
        if (!isTaken || attempt === maxAttempts) throw error;
      }
    }
  }

  /** In this order: once his sessions have ended, nothing of the groups that he is taken out of reaches him. */
  private async finish(userId: UserId): Promise<void> {
    await this.sessions.endAll(userId, 'account_deleted');
    await this.memberships.endAll(userId);
    await this.blocks.eraseOf(userId);
    await this.sessions.eraseOf(userId);
    await this.files.eraseOf(userId);
    await withKnownOutcome(
      () => this.repository.finishDeletion(userId),
      async () => (await this.repository.findById(userId))?.isBeingDeleted === false,
    );
  }
}

/** What is left of a user: his id, for his messages, and a name under which nobody finds him. */
function erased(now: Date): Partial<UserRecord> {
  const username = `deleted-${randomUUID().slice(0, 8)}`;
  const displayName = 'Deleted user';
  return {
    username,
    usernameKey: usernameKey(username),
    displayName,
    displayNameKey: displayNameKey(displayName, username),
    email: null,
    emailKey: null,
    passwordHash: null,
    pendingInviteCode: null,
    role: 'user',
    isActive: false,
    lastLoginAt: null,
    presenceChoice: 'online',
    presenceUntil: null,
    statusText: null,
    statusUntil: null,
    lastSeenAt: null,
    avatarAttachmentId: null,
    updatedAt: now,
    deletedAt: now,
    isBeingDeleted: true,
  };
}
