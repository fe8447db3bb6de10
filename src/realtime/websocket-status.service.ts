import { Inject, Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { Page } from '../../contract/views.js';
import type { WebSocketClientView, WebSocketStatusView } from '../../contract/websocket-status.js';
import type { Actor } from '../common/actor.js';
import { decodeOptionalCursor, encodeCursor, toPage } from '../common/cursor.js';
import { RealtimeGauges } from '../common/telemetry/realtime-gauges.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AdminAccess } from '../users/admin-access.js';
import { UsersService } from '../users/users.service.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { groupsIn } from './rooms.js';

const listName = 'websocket-clients';

/** What admins see of the sockets of this node. */
@Injectable()
export class WebSocketStatusService {
  constructor(
    private readonly connections: LiveConnections,
    private readonly gauges: RealtimeGauges,
    private readonly access: AdminAccess,
    private readonly users: UsersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem `forbidden` */
  async status(actor: Actor): Promise<WebSocketStatusView> {
    await this.access.require(actor);
    const { connections, users, clientEvents, waitingBytes: bytes } = this.gauges.state();
    const { maxFrameBytes, maxWaitingBytes, eventsPerSecond, maxPending, authenticationTimeoutMs } = limits.socket;
    const { settings } = this;
    return {
      connections: { ...connections, total: connections.socketIo + connections.websocket, users },
      limits: {
        maxConnections: settings.WS_MAX_CONNECTIONS,
        maxConnectionsPerUser: settings.WS_MAX_CONNECTIONS_PER_USER,
        maxFrameBytes,
        maxWaitingBytes,
        eventsPerSecond,
        maxPending,
        authenticationTimeoutMs,
      },
      heartbeat: { intervalMs: settings.WS_PING_INTERVAL, timeoutMs: settings.WS_PONG_TIMEOUT },
      waiting: { clientEvents, bytes },
    };
  }

  /**
   * The open connections, in the order of their ids: one that stays open is neither left out nor listed twice.
   *
   * @throws Problem `forbidden`, `validation_failed` for a cursor of another list
   */
  async listClients(actor: Actor, page: { limit: number; cursor?: string }): Promise<Page<WebSocketClientView>> {
    await this.access.require(actor);
    const [after = ''] = decodeOptionalCursor(listName, page.cursor, ['string']) ?? [];
    const rows = Array.from(this.connections.all())
      .filter(({ id }) => id > after)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, page.limit + 1);
    const users = await this.users.findByIds([...new Set(rows.map(({ state }) => state.actor.userId))]);
    const usernameOf = ({ state }: Connection) => users.get(state.actor.userId)?.username ?? null;
    return toPage(
      rows,
      page.limit,
      (connection) => toView(connection, usernameOf(connection)),
      ({ id }) => encodeCursor(listName, [id]),
    );
  }
}

function toView({ id, transport, state, rooms, waitingBytes }: Connection, username: string | null) {
  return {
    connectionId: id,
    userId: state.actor.userId,
    username,
    transport,
    connectedAt: state.connectedAt.toISOString(),
    expiresAt: state.expiresAt.toISOString(),
    groups: groupsIn(rooms).length,
    pendingEvents: state.pending,
    waitingBytes,
  };
}
