import { Injectable } from '@nestjs/common';

import type { Actor } from '../common/actor.js';
import type { Admins } from '../common/admins.js';
import { Problem } from '../common/problem.js';
import type { UserRecord } from './user.schema.js';
import { UsersRepository } from './users.repository.js';

/**
 * The only way to what is for admins. It asks the database each time, not the token, whose `role` is as old as the token,
 * nor memory, which does not hear what `npm run admin:grant` or another node has done. Admins ask seldom.
 */
@Injectable()
export class AdminAccess implements Admins {
  constructor(private readonly users: UsersRepository) {}

  /** @throws Problem `forbidden` */
  async require(actor: Actor): Promise<UserRecord> {
    const user = await this.users.findById(actor.userId);
    if (user === null || !isActiveAdmin(user)) throw new Problem('forbidden', 'This is for admins.');
    return user;
  }

  /** Whether somebody is an admin in this moment, where others may do something as well. */
  async isAdmin(actor: Actor): Promise<boolean> {
    const user = await this.users.findById(actor.userId);
    return user !== null && isActiveAdmin(user);
  }
}

export function isActiveAdmin({ role, isActive }: Pick<UserRecord, 'role' | 'isActive'>): boolean {
  return role === 'admin' && isActive;
}
