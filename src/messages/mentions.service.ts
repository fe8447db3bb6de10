import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { GroupAccess, type Access } from '../groups/group-access.js';
import { MembersService } from '../groups/members.service.js';
import { UserPresence } from '../users/user-presence.js';
import { UsersService } from '../users/users.service.js';
import { everyone, mentionedWords } from './mentions.js';
import { mayMentionEveryone } from './message.policy.js';
import type { MessageRecord } from './message.schema.js';

/** Whom a message mentions. */
export interface Mentions {
  /** As it is stored. */
  mentions: MessageRecord['mentions'];
  /** Who is told of it besides the group: also those whom `@all` means, in a group that is not too large. */
  told: UserId[];
}

const nobody: Mentions = { mentions: [], told: [] };

/** Finds out whom texts mention. */
@Injectable()
export class MentionsService {
  constructor(
    private readonly users: UsersService,
    private readonly presence: UserPresence,
    private readonly access: GroupAccess,
    private readonly members: MembersService,
  ) {}

  /**
   * The members whom a text mentions: by `@username`, by `@here` those who are online, by `@all` everyone. `@all` is of
   * who moderates the group, for others it is a word like any other; and so is `@here` when too many are online, which
   * for who may say `@all` means that.
   *
   * @param former the message, when its text is about to be replaced: whom its `@here` has called it still calls
   */
  async in(content: string, place: Access, former?: Pick<MessageRecord, 'content' | 'mentions'>): Promise<Mentions> {
    const { names, here, all } = mentionedWords(content);
    if (names.length === 0 && !here && !all) return nobody;
    const groupId = place.group._id;
    const author = place.membership.userId;
    const [named, online] = await Promise.all([
      this.membersNamed(groupId, names),
      here ? this.calledByHere(groupId, author, former) : [],
    ]);
    const isForAll = mayMentionEveryone(place) && (all || online === 'too many');
    const ids = [...new Set([...named, ...(online === 'too many' ? [] : online)])];
    const told = (isForAll ? await this.smallGroup(groupId) : null) ?? ids;
    return { mentions: isForAll ? [...ids, everyone] : ids, told: told.filter((userId) => userId !== author) };
  }

  private async membersNamed(groupId: GroupId, names: readonly string[]): Promise<UserId[]> {
    if (names.length === 0) return [];
    const users = await this.users.findByUsernames(names);
    const areMembers = await Promise.all(users.map((user) => this.access.isMember(groupId, user._id)));
    return users.filter((_user, index) => areMembers[index]).map((user) => user._id);
  }

  private async calledByHere(
    groupId: GroupId,
    author: UserId,
    former: Pick<MessageRecord, 'content' | 'mentions'> | undefined,
  ): Promise<UserId[] | 'too many'> {
    const before = mentionedWords(former?.content ?? '');
    if (former !== undefined && before.here) {
      const wereTooMany = former.mentions.includes(everyone) && !before.all;
      return wereTooMany ? 'too many' : former.mentions.filter((id): id is UserId => id !== everyone);
    }
    const online = await this.members.listAmong(groupId, this.presence.connectedIds(), limits.mention.maxHere + 2);
    const others = online.filter((userId) => userId !== author);
    return others.length > limits.mention.maxHere ? 'too many' : others;
  }

  /** Everyone in a group that is small enough for each to be told; `null` for another. */
  private async smallGroup(groupId: GroupId): Promise<UserId[] | null> {
    const { maxMembers } = limits.audience;
    const ids = await this.members.listIds(groupId, maxMembers + 1);
    return ids.length > maxMembers ? null : ids;
  }
}
