import { Injectable, type OnModuleInit } from '@nestjs/common';

import { DomainEvents, type DomainEvent } from '../common/domain-events.js';
import { Audience } from './audience.js';
import { broadcastOf } from './broadcasts.js';
import { LiveSockets } from './live-sockets.js';

/** Carries domain events to open sockets, by the table of broadcasts, before the verb that made them is answered. */
@Injectable()
export class Broadcaster implements OnModuleInit {
  constructor(
    private readonly events: DomainEvents,
    private readonly sockets: LiveSockets,
    private readonly audience: Audience,
  ) {}

  onModuleInit(): void {
    this.events.listen((event) => {
      this.broadcast(event);
    });
  }

  private broadcast(event: DomainEvent): void {
    const { join, send, leave, close } = broadcastOf(event.name, event.payload);
    for (const userId of join?.userIds ?? []) if (join) this.audience.joinUser(join.groupId, userId);
    if (send) this.sockets.send(send.room, send.wire);
    if (leave?.userIds === 'all') this.audience.leaveAll(leave.groupId);
    else if (leave) for (const userId of leave.userIds) this.audience.leaveUser(leave.groupId, userId);
    if (close) this.sockets.closeSession(close.sessionId);
  }
}
