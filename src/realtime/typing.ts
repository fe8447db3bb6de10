import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { Actor } from '../common/actor.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { GroupTyping } from '../groups/group-typing.js';
import { LiveConnections } from './live-connections.js';
import { rooms } from './rooms.js';

/** Who is typing where. Expires by itself; a message that arrives ends it. */
@Injectable()
export class Typing extends GroupTyping implements OnModuleInit, OnApplicationShutdown {
  private readonly typists = new Map<GroupId, Map<UserId, NodeJS.Timeout>>();

  constructor(
    private readonly access: GroupAccess,
    private readonly connections: LiveConnections,
    private readonly events: DomainEvents,
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
  }

  onApplicationShutdown(): void {
    for (const group of this.typists.values()) for (const timer of group.values()) clearTimeout(timer);
    this.typists.clear();
  }

  async set(actor: Actor, groupId: GroupId, isTyping: boolean): Promise<void> {
    await this.access.require(actor, groupId, 'send');
    if (!isTyping) {
      this.stop(groupId, actor.userId);
      return;
    }
    const group = this.typists.get(groupId) ?? new Map<UserId, NodeJS.Timeout>();
    this.typists.set(groupId, group);
    clearTimeout(group.get(actor.userId));
    const expire = () => {
      this.stop(groupId, actor.userId);
    };
    group.set(actor.userId, setTimeout(expire, limits.typing.expiresAfterMs).unref());
    this.tell(groupId, { isVolatile: true });
  }

  async list(actor: Actor, groupId: GroupId): Promise<UserId[]> {
    await this.access.require(actor, groupId, 'read');
    return this.typistsIn(groupId);
  }

  private stop(groupId: GroupId, userId: UserId): void {
    const group = this.typists.get(groupId);
    const timer = group?.get(userId);
    if (group === undefined || timer === undefined) return;
    clearTimeout(timer);
    group.delete(userId);
    if (group.size === 0) this.typists.delete(groupId);
    // Nothing would repeat an end that was lost: its typist would seem to type on.
    this.tell(groupId, { isVolatile: false });
  }

  private tell(groupId: GroupId, options: { isVolatile: boolean }): void {
    const userIds = this.typistsIn(groupId);
    this.connections.send(rooms.group(groupId), { event: 'typing', payload: { groupId, userIds } }, options);
  }

  private typistsIn(groupId: GroupId): UserId[] {
    return [...(this.typists.get(groupId)?.keys() ?? [])];
  }
}
