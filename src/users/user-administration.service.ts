import { Injectable } from '@nestjs/common';

import type { AdministerUserRequest } from '../../contract/requests.js';
import type { AdminUserSort, AdminUserView, Page, UserRole } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeCursor, encodeCursor, toPage } from '../common/cursor.js';
import type { UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { AdminAccess, isActiveAdmin } from './admin-access.js';
import { toAdminUser } from './admin-user.view.js';
import { prefixKey } from './user-keys.js';
import type { UserRecord } from './user.schema.js';
import { UserSessions } from './user-sessions.js';
import { UsersRepository, type AdminPlace } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Which users an admin wants to see, and in which order. */
interface AdminUsersQuery {
  q: string;
  role?: UserRole;
  isActive?: boolean;
  sort: AdminUserSort;
  limit: number;
  cursor?: string;
}

/** What admins see of users, and do with their accounts. */
@Injectable()
export class UserAdministrationService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly access: AdminAccess,
    private readonly users: UsersService,
    private readonly sessions: UserSessions,
    private readonly clock: Clock,
  ) {}

  /**
   * All users, times newest first, usernames from A. Who logs in during a walk by `lastLoginAt` moves to its beginning.
   *
   * @throws Problem `forbidden`, `validation_failed` for a cursor of another order
   */
  async list(actor: Actor, { q, role, isActive, sort, limit, cursor }: AdminUsersQuery): Promise<Page<AdminUserView>> {
    await this.access.require(actor);
    const listName = `admin-users-by-${sort}`;
    const filter = { prefixKey: prefixKey(q), role, isActive };
    const after = cursor === undefined ? null : toPlace(sort, decodeCursor(listName, cursor, ['string', 'string']));
    const rows = await this.repository.listForAdmin(filter, sort, after, limit + 1);
    return toPage(
      rows,
      limit,
      (user) => this.view(user),
      (user) => encodeCursor(listName, fromPlace(sort, user)),
    );
  }

  /**
   * Gives a user another role, takes his account out of use, or gives it back. All of it holds when this returns: the
   * sessions of a deactivated user have ended, and his sockets are closed.
   *
   * @throws Problem `forbidden`, `not_found`, `gone` when it was deleted, `conflict` when no active admin would be left
   */
  async update(actor: Actor, id: UserId, request: AdministerUserRequest): Promise<AdminUserView> {
    await this.access.require(actor);
    const before = await this.repository.findById(id);
    if (before === null) throw new Problem('not_found', 'There is no such user.');
    if (before.deletedAt !== null) throw new Problem('gone', 'This account was deleted.');
    const { role = before.role, isActive = before.isActive } = request;
    if (role === before.role && isActive === before.isActive) return this.view(before);
    // What a deactivation that was interrupted has left behind must not live again.
    if (isActive && !before.isActive) await this.sessions.endAll(id, 'deactivated');
    const after = await this.change(before, { role, isActive });
    if (!isActive && before.isActive) await this.sessions.endAll(id, 'deactivated');
    return this.view(after);
  }

  /** Before an account is deleted: the last admin's is not. @throws Problem `conflict` */
  async stepDown(user: UserRecord): Promise<void> {
    if (isActiveAdmin(user)) await this.change(user, { role: 'user', isActive: true });
  }

  /**
   * The rule about the last admin is asked before the write, and again after it: of two admins who step down in the same
   * moment each finds the other at first.
   */
  private async change(
    before: UserRecord,
    { role, isActive }: Pick<UserRecord, 'role' | 'isActive'>,
  ): Promise<UserRecord> {
    const { _id: id } = before;
    const isSteppingDown = isActiveAdmin(before) && !isActiveAdmin({ role, isActive });
    if (isSteppingDown && !(await this.repository.hasActiveAdmin(id))) throw lastAdmin();
    const after = await this.users.change(id, { role, isActive, updatedAt: this.clock.now() });
    if (isSteppingDown && !(await this.repository.hasActiveAdmin())) {
      await this.users.change(id, { role: before.role, isActive: before.isActive, updatedAt: before.updatedAt });
      throw lastAdmin();
    }
    return after;
  }

  private view(user: UserRecord): AdminUserView {
    return toAdminUser(user, this.users.publicView(user));
  }
}

/** A place is two texts in a cursor: what is sorted by, and the id behind it. */
function fromPlace(sort: AdminUserSort, user: UserRecord): [string, string] {
  const value = sort === 'username' ? user.usernameKey : (user[sort]?.toISOString() ?? '');
  return [value, user._id];
}

function toPlace(sort: AdminUserSort, [text, id]: readonly [string, string]): AdminPlace {
  if (sort === 'username') return { value: text, id: id as UserId };
  const value = text === '' ? null : new Date(text);
  if (Number.isNaN(value?.getTime())) throw Problem.field('cursor', 'is not a cursor of this list');
  return { value, id: id as UserId };
}

function lastAdmin(): Problem {
  return new Problem('conflict', 'There must be an active admin: make somebody else one first.');
}
