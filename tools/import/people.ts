import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../../src/common/ids.js';
import { newUserRecord } from '../../src/users/new-user-record.js';
import { usernameKey } from '../../src/users/user-keys.js';
import type { UsersRepository } from '../../src/users/users.repository.js';
import { derivedId } from './derived-id.js';
import type { SourcePerson } from './import-source.js';

/** Who is who. */
export interface Cast {
  ids: ReadonlyMap<string, UserId>;
  /** Accounts that were made, that an earlier import had made, and that were there before any. */
  made: number;
  found: number;
  mapped: number;
}

const pageSize = 500;
const maxNames = 10_000;

/**
 * The accounts of the people in a file. Each has one of its own: without a password and an address, and not active, so
 * that nobody is behind it until an admin says so. An account that is somebody's is taken only when that is asked for,
 * by its username: a file can say of anybody that he wrote anything.
 */
export async function castOf(
  people: ReadonlyMap<string, SourcePerson>,
  groupId: GroupId,
  users: UsersRepository,
  options: { isMapping: boolean },
): Promise<Cast> {
  const ids = new Map<string, UserId>();
  const counts = { made: 0, found: 0, mapped: 0 };
  const all = [...people.values()];
  for (let first = 0; first < all.length; first += pageSize) {
    const page = all.slice(first, first + pageSize);
    const own = new Map(page.map((person) => [person.key, ownId(person, groupId)]));
    const present = new Set((await users.findByIds([...own.values()])).map(({ _id }) => _id));
    const theirs = options.isMapping ? await activeAccounts(page, users) : new Map<string, UserId>();
    for (const person of page) {
      const known = theirs.get(usernameKey(person.knownAs));
      const id = known ?? own.get(person.key) ?? ('' as UserId);
      ids.set(person.key, id);
      if (known !== undefined) counts.mapped += 1;
      else if (present.has(id)) counts.found += 1;
      else {
        await make(person, id, users);
        counts.made += 1;
      }
    }
  }
  return { ids, ...counts };
}

function ownId({ key, isOfGroup, createdAt }: SourcePerson, groupId: GroupId): UserId {
  const at = isOfGroup ? new Date(0) : createdAt;
  return derivedId(at, ['user', isOfGroup ? groupId : '', key]) as UserId;
}

async function activeAccounts(people: readonly SourcePerson[], users: UsersRepository): Promise<Map<string, UserId>> {
  const found = await users.findByUsernameKeys(people.map(({ knownAs }) => usernameKey(knownAs)));
  return new Map(found.filter(({ isActive }) => isActive).map((user) => [user.usernameKey, user._id]));
}

async function make(person: SourcePerson, id: UserId, users: UsersRepository): Promise<void> {
  for (let count = 1; count <= maxNames; count += 1) {
    const ending = count === 1 ? '' : `-${count}`;
    const username = person.username.slice(0, limits.username.maxLength - ending.length) + ending;
    const { displayName, isBot, createdAt } = person;
    const facts = {
      _id: id,
      username,
      displayName,
      email: null,
      passwordHash: null,
      isBot,
      isActive: false,
      createdAt,
    };
    if ((await users.insert(newUserRecord(facts))) === null) return;
    // What is taken may be the id: another import has made the account meanwhile.
    if ((await users.findById(id)) !== null) return;
  }
  throw new Error(`there are too many users whose name begins with ${person.username}`);
}
