import { Injectable, type OnModuleInit } from '@nestjs/common';

import { DomainEvents, type DomainEvent } from '../common/domain-events.js';
import type { SessionId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { Audience } from './audience.js';
import { broadcastOf } from './broadcasts.js';
import { LiveConnections } from './live-connections.js';

/** Carries domain events to open sockets, by the table of broadcasts, before the verb that made them is answered. */
@Injectable()
export class Broadcaster implements OnModuleInit {
  constructor(
    private readonly events: DomainEvents,
    private readonly connections: LiveConnections,
    private readonly audience: Audience,
    private readonly access: GroupAccess,
  ) {}

  onModuleInit(): void {
    this.events.listen((event) => {
      this.broadcast(event);
    });
  }

  private broadcast(event: DomainEvent): void {
    const { join, send, leave, close } = broadcastOf(event.name, event.payload);
    for (const userId of join?.userIds ?? []) if (join) this.audience.joinUser(join.groupId, userId);
    for (const { room, wire, ifMember } of send ?? []) {
      if (ifMember && !this.access.isKnownMember(ifMember.groupId, ifMember.userId)) continue;
      this.connections.send(room, wire);
    }
    if (leave?.userIds === 'all') this.audience.leaveAll(leave.groupId);
    else if (leave) for (const userId of leave.userIds) this.audience.leaveUser(leave.groupId, userId);
    if (close) this.closeSession(close.sessionId);
  }

  /** Of what was held back only the reason goes out: the rest is as little for this connection as what comes now. */
  private closeSession(sessionId: SessionId): void {
    for (const connection of this.connections.ofSession(sessionId)) {
      connection.state.gate?.open(({ event }) => event === 'session_revoked');
      connection.close('session_revoked');
    }
  }
}
