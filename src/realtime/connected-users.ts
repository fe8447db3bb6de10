import { Injectable } from '@nestjs/common';

import type { Presence, PresenceChoice } from '../../contract/views.js';
import type { UserId } from '../common/ids.js';
import { UserPresence } from '../users/user-presence.js';
import { LiveConnections } from './live-connections.js';
import { RemoteConnections } from './remote-connections.js';
import { rooms } from './rooms.js';

/** Tells the users module who is connected. */
@Injectable()
export class ConnectedUsers extends UserPresence {
  constructor(
    private readonly connections: LiveConnections,
    private readonly remote: RemoteConnections,
  ) {
    super();
  }

  presenceOf(userId: UserId, choice: PresenceChoice): Presence {
    const isConnected = this.connections.ofUser(userId).length > 0 || this.remote.count(userId) > 0;
    return isConnected ? choice : 'offline';
  }

  connectedIds(): UserId[] {
    const connected = new Set<UserId>(this.remote.userIds());
    for (const { state, rooms: joined } of this.connections.all()) {
      const { userId } = state.actor;
      // A connection that is on its way in or out is in no room.
      if (joined.has(rooms.user(userId))) connected.add(userId);
    }
    return [...connected];
  }
}
