import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';

import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, SessionId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { GroupAccess } from '../groups/group-access.js';
import { BlocksService } from '../users/blocks.service.js';
import { Audience } from './audience.js';
import { broadcastOf, type Broadcast } from './broadcasts.js';
import type { WireEvent } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { rooms } from './rooms.js';

/** Some users of a group, and from whom they are to hear. */
interface Members {
  groupId: GroupId;
  userIds: readonly UserId[];
  from: UserId;
}

/** A membership that changes again and again while it is looked up is looked up so many times. */
const maxLookUps = 5;

/**
 * Carries domain events to open sockets, by the table of broadcasts, before the verb that made them is answered; and
 * tells the other nodes, which do the same to theirs.
 */
@Injectable()
export class Broadcaster implements OnModuleInit {
  private readonly logger = new Logger(Broadcaster.name);

  constructor(
    private readonly events: DomainEvents,
    private readonly connections: LiveConnections,
    private readonly audience: Audience,
    private readonly access: GroupAccess,
    private readonly blocks: BlocksService,
    private readonly nodes: OtherNodes,
  ) {}

  onModuleInit(): void {
    this.events.listen(({ name, payload }) => {
      const broadcast = broadcastOf(name, payload);
      this.apply(broadcast);
      this.nodes.tell('broadcast', broadcast);
    });
    this.nodes.listen('broadcast', (message) => {
      this.apply(message as Broadcast);
    });
  }

  private apply({ join, send, leave, close }: Broadcast): void {
    for (const userId of join?.userIds ?? []) if (join) this.audience.joinUser(join.groupId, userId);
    for (const { to, wire } of send ?? []) {
      if (typeof to === 'string') this.connections.send(to, wire);
      else this.sendToMembers(to, wire);
    }
    if (leave?.userIds === 'all') this.audience.leaveAll(leave.groupId);
    else if (leave) for (const userId of leave.userIds) this.audience.leaveUser(leave.groupId, userId);
    if (close) this.closeSession(close.sessionId);
  }

  /** Those of whom all is known are told at once, the others as soon as they have been looked up. */
  private sendToMembers({ groupId, userIds, from }: Members, wire: WireEvent): void {
    const connected = userIds.filter((userId) => this.connections.ofUser(userId).length > 0);
    const unknown = this.sendToKnown({ groupId, userIds: connected, from }, wire);
    if (unknown.length === 0) return;
    this.lookUpAndSend({ groupId, userIds: unknown, from }, wire).catch((error: unknown) => {
      // The message itself is stored, and has reached the group: only that it calls someone goes without saying.
      this.logger.warn({ err: error, groupId }, `${wire.event} could not be sent`);
    });
  }

  /** @returns those of whom it is not known whether they are to be called, or whether they want to hear of it */
  private sendToKnown({ groupId, userIds, from }: Members, wire: WireEvent): UserId[] {
    const { yes = [], unknown = [] } = Object.groupBy(userIds, (userId) => {
      const hears = this.blocks.peekHears(userId, from);
      if (hears === undefined) return 'unknown';
      return hears ? this.access.mayBeCalled(groupId, userId) : 'no';
    });
    this.connections.send(
      yes.map((userId) => rooms.user(userId)),
      wire,
    );
    return unknown;
  }

  /** What was looked up may have changed by the time it is here: it counts if it is still known then. */
  private async lookUpAndSend({ groupId, userIds, from }: Members, wire: WireEvent): Promise<void> {
    let unknown = userIds;
    for (let attempt = 1; attempt <= maxLookUps && unknown.length > 0; attempt += 1) {
      await this.blocks.know(unknown);
      const areMembers = await Promise.all(unknown.map((userId) => this.access.isMember(groupId, userId)));
      const members = unknown.filter((_userId, index) => areMembers[index]);
      unknown = this.sendToKnown({ groupId, userIds: members, from }, wire);
    }
  }

  /** Of what was held back only the reason goes out: the rest is as little for this connection as what comes now. */
  private closeSession(sessionId: SessionId): void {
    for (const connection of this.connections.ofSession(sessionId)) {
      connection.state.gate?.open(({ event }) => event === 'session_revoked');
      connection.close('session_revoked');
    }
  }
}
