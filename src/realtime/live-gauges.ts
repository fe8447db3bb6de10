import { Injectable } from '@nestjs/common';

import type { GroupId, UserId } from '../common/ids.js';
import { RealtimeGauges, type ConnectionCounts, type RealtimeState } from '../common/telemetry/realtime-gauges.js';
import { LiveConnections } from './live-connections.js';

/** Tells operators how the sockets are. */
@Injectable()
export class LiveGauges extends RealtimeGauges {
  constructor(private readonly live: LiveConnections) {
    super();
  }

  connections(): ConnectionCounts {
    return this.live.counts;
  }

  state(): RealtimeState {
    const users = new Set<UserId>();
    const state: RealtimeState = {
      connections: this.live.counts,
      users: 0,
      clientEvents: 0,
      waitingBytes: 0,
      mostWaitingBytes: 0,
    };
    for (const connection of this.live.all()) {
      users.add(connection.state.actor.userId);
      state.clientEvents += connection.state.pending;
      const { waitingBytes } = connection;
      state.waitingBytes += waitingBytes;
      state.mostWaitingBytes = Math.max(state.mostWaitingBytes, waitingBytes);
    }
    return { ...state, users: users.size };
  }

  busiestGroups(limit: number): (ConnectionCounts & { groupId: GroupId })[] {
    return this.live
      .groupSizes()
      .sort((one, other) => sizeOf(other) - sizeOf(one) || (one.groupId < other.groupId ? -1 : 1))
      .slice(0, limit);
  }
}

function sizeOf({ socketIo, websocket }: ConnectionCounts): number {
  return socketIo + websocket;
}
