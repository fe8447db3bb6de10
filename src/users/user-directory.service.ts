import { Injectable } from '@nestjs/common';

import type { OnlineUsersPage, Page, PublicUserView } from '../../contract/views.js';
import { decodeCursor, encodeCursor, toPage } from '../common/cursor.js';
import type { UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { prefixKey } from './user-keys.js';
import { UserPresence } from './user-presence.js';
import type { UserRecord } from './user.schema.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const directory = 'users';
const onlineList = 'online-users';

/** By which of his names someone was found, and his place among all of that name. */
interface Found {
  user: UserRecord;
  by: 'username' | 'displayName';
}

/** Whom one can find. */
@Injectable()
export class UserDirectoryService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly users: UsersService,
    private readonly presence: UserPresence,
  ) {}

  /**
   * Public profiles by prefix, in either case: first those whose username begins so, by username, then those of whom only
   * the display name does, by display name. Each part is read in the order of an index, however many people there are.
   *
   * @throws Problem `validation_failed` for a cursor that is none
   */
  async list(prefix: string, { limit, cursor }: { limit: number; cursor?: string }): Promise<Page<PublicUserView>> {
    const key = prefixKey(prefix);
    const place = cursor === undefined ? { by: 'username', after: null } : toPlace(cursor);
    const rows: Found[] = [];
    if (place.by === 'username') {
      const found = await this.repository.listByUsername(key, place.after, limit + 1);
      rows.push(...found.map((user) => ({ user, by: 'username' as const })));
    }
    if (rows.length <= limit && key !== '') {
      const after = place.by === 'displayName' ? place.after : null;
      const found = await this.repository.listByDisplayNameOnly(key, after, limit + 1 - rows.length);
      rows.push(...found.map((user) => ({ user, by: 'displayName' as const })));
    }
    return toPage(rows, limit, ({ user }) => this.users.publicView(user), toCursor);
  }

  /** Who is online now, in the order of ids. @throws Problem `validation_failed` for a cursor that is none */
  async listOnline({ limit, cursor }: { limit: number; cursor?: string }): Promise<OnlineUsersPage> {
    const after = cursor === undefined ? null : (decodeCursor(onlineList, cursor, ['string'])[0] as UserId);
    const connected = this.presence.connectedIds();
    const ids = smallest(connected, after, limit + 1);
    const users = await this.users.findByIds(ids);
    const page = toPage(
      ids,
      limit,
      (id) => users.get(id),
      (id) => encodeCursor(onlineList, [id]),
    );
    return {
      ...page,
      items: page.items.flatMap((user) => (user === undefined ? [] : [this.users.publicView(user)])),
      total: connected.length,
    };
  }
}

function toCursor({ user, by }: Found): string {
  return encodeCursor(directory, [by, by === 'username' ? user.usernameKey : user.displayNameKey]);
}

function toPlace(cursor: string): { by: string; after: string } {
  const [by, after] = decodeCursor(directory, cursor, ['string', 'string']);
  if (by !== 'username' && by !== 'displayName') throw Problem.field('cursor', 'is not a cursor of this list');
  return { by, after };
}

/** The smallest ids after a given one, in order. Sorting them all would hold up a node of 50,000 users for 30 ms. */
function smallest(ids: Iterable<UserId>, after: UserId | null, limit: number): UserId[] {
  const kept: UserId[] = [];
  for (const id of ids) {
    const last = kept.at(-1);
    if ((after !== null && id <= after) || (kept.length === limit && last !== undefined && id > last)) continue;
    const place = kept.findIndex((other) => other > id);
    kept.splice(place === -1 ? kept.length : place, 0, id);
    if (kept.length > limit) kept.pop();
  }
  return kept;
}
