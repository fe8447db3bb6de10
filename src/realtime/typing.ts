import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { Actor } from '../common/actor.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { GroupAccess } from '../groups/group-access.js';
import { GroupTyping } from '../groups/group-typing.js';
import { LiveConnections } from './live-connections.js';
import { rooms } from './rooms.js';

/** Who is typing in one group. */
interface Table {
  /** Each with the end of his typing. */
  readonly timers: Map<UserId, NodeJS.Timeout>;
  /** The members have heard of somebody here: they are told of his end as well, however many they are by then. */
  isTold: boolean;
}

/** What nodes tell each other of typing. */
interface TypingNews {
  groupId: GroupId;
  userId: UserId;
  isTyping: boolean;
  /** The group is small enough for its members to hear of it. */
  isToBeTold: boolean;
}

/**
 * Who is typing where. Expires by itself; a message that arrives ends it. In a large group it is told to nobody, who may
 * ask: fifty who type in a group of ten thousand would be half a million events, each time they say so.
 */
@Injectable()
export class Typing extends GroupTyping implements OnModuleInit, OnApplicationShutdown {
  private readonly tables = new Map<GroupId, Table>();

  constructor(
    private readonly access: GroupAccess,
    private readonly connections: LiveConnections,
    private readonly events: DomainEvents,
    private readonly nodes: OtherNodes,
  ) {
    super();
  }

  onModuleInit(): void {
    this.events.listen(({ name, payload }) => {
      if (name === 'message.created') {
        this.stop(payload.message.groupId as GroupId, payload.message.senderId as UserId);
      } else if (name === 'member.removed') {
        this.stop(payload.groupId, payload.userId);
      }
    });
    this.nodes.listen('typing', (message) => {
      const { groupId, userId, isTyping, isToBeTold } = message as TypingNews;
      if (isTyping) this.startHere(groupId, userId, isToBeTold);
      else this.stopHere(groupId, userId);
    });
  }

  onApplicationShutdown(): void {
    for (const { timers } of this.tables.values()) for (const timer of timers.values()) clearTimeout(timer);
    this.tables.clear();
  }

  async set(actor: Actor, groupId: GroupId, isTyping: boolean): Promise<void> {
    const { group } = await this.access.require(actor, groupId, 'send');
    if (!isTyping) {
      this.stop(groupId, actor.userId);
      return;
    }
    const isToBeTold = group.memberCount <= limits.audience.maxMembers;
    this.startHere(groupId, actor.userId, isToBeTold);
    this.nodes.tell('typing', { groupId, userId: actor.userId, isTyping, isToBeTold } satisfies TypingNews);
  }

  async list(actor: Actor, groupId: GroupId): Promise<UserId[]> {
    await this.access.require(actor, groupId, 'read');
    return this.typistsIn(groupId);
  }

  private startHere(groupId: GroupId, userId: UserId, isToBeTold: boolean): void {
    const table = this.tables.get(groupId) ?? { timers: new Map<UserId, NodeJS.Timeout>(), isTold: false };
    this.tables.set(groupId, table);
    clearTimeout(table.timers.get(userId));
    // Each node by itself, so that nobody types on when his node is gone.
    const expire = () => {
      this.stopHere(groupId, userId);
    };
    table.timers.set(userId, setTimeout(expire, limits.typing.expiresAfterMs).unref());
    if (!isToBeTold) return;
    table.isTold = true;
    this.tell(groupId, { isVolatile: true });
  }

  private stop(groupId: GroupId, userId: UserId): void {
    if (this.stopHere(groupId, userId)) {
      this.nodes.tell('typing', { groupId, userId, isTyping: false, isToBeTold: true } satisfies TypingNews);
    }
  }

  /** @returns whether he was typing */
  private stopHere(groupId: GroupId, userId: UserId): boolean {
    const table = this.tables.get(groupId);
    const timer = table?.timers.get(userId);
    if (table === undefined || timer === undefined) return false;
    clearTimeout(timer);
    table.timers.delete(userId);
    if (table.timers.size === 0) this.tables.delete(groupId);
    // Nothing would repeat an end that was lost: its typist would seem to type on.
    if (table.isTold) this.tell(groupId, { isVolatile: false });
    return true;
  }

  private tell(groupId: GroupId, options: { isVolatile: boolean }): void {
    const userIds = this.typistsIn(groupId);
    this.connections.send(rooms.group(groupId), { event: 'typing', payload: { groupId, userIds } }, options);
  }

  private typistsIn(groupId: GroupId): UserId[] {
    return [...(this.tables.get(groupId)?.timers.keys() ?? [])];
  }
}
