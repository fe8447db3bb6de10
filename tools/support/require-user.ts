import { isUuid, type UserId } from '../../src/common/ids.js';
import { usernameKey } from '../../src/users/user-keys.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import type { UsersRepository } from '../../src/users/users.repository.js';
import { CannotDoError } from './usage-error.js';

/**
 * An account that was named on the command line.
 *
 * @param named a username in either case, or an id
 * @throws CannotDoError when there is none
 */
export async function requireUser(users: UsersRepository, named: string): Promise<UserRecord> {
  const byName = await users.findByUsernameKey(usernameKey(named));
  const user = byName ?? (isUuid(named) ? await users.findById(named.toLowerCase() as UserId) : null);
  if (user?.deletedAt === null) return user;
  throw new CannotDoError(`There is no user named ${named}.`);
}
