import { Injectable, Logger } from '@nestjs/common';

import type { CloseReason } from '../../contract/close-codes.js';
import { problems, type ProblemCode } from '../../contract/problems.js';
import type { GroupId } from '../common/ids.js';
import { toProblem } from '../common/problem-document.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { Audience } from './audience.js';
import { Connecting, type Replay } from './connecting.js';
import type { Connection } from './connection.js';
import { PresenceNews } from './presence.js';
import { problemDocument } from './refusal.js';
import { groupsIn } from './rooms.js';

/** The beginning and the end of every connection, whatever its transport. */
@Injectable()
export class Arrivals {
  private readonly logger = new Logger(Arrivals.name);

  constructor(
    private readonly connecting: Connecting,
    private readonly audience: Audience,
    private readonly presence: PresenceNews,
    private readonly telemetry: Telemetry,
  ) {}

  /** Brings a connection in; one that cannot be is told why and closed. */
  arrive(connection: Connection, replay?: Replay): void {
    this.record('connect', connection, null);
    this.connecting.bringIn(connection, replay).catch((error: unknown) => {
      const problem = toProblem(error);
      this.logger.debug({ code: problem.code, userId: connection.state.actor.userId }, 'a connection was not let in');
      connection.emit({ event: 'error', payload: problemDocument(problem, 'connected') });
      connection.close(reasonOf(problem.code));
    });
  }

  /** The groups that a connection receives: to be asked before it leaves its rooms. */
  groupsOf(connection: Connection): GroupId[] {
    return groupsIn(connection.rooms);
  }

  /**
   * A connection has ended and left its rooms.
   *
   * @param transportReason what the transport says of it; our own reason, if there is one, says more
   */
  depart(connection: Connection, groupIds: readonly GroupId[], transportReason: string): void {
    this.record('disconnect', connection, connection.state.closeReason ?? transportReason);
    for (const groupId of groupIds) this.audience.announceLeave(connection, groupId);
    this.presence.departed(connection);
  }

  private record(kind: 'connect' | 'disconnect', { id, transport, state }: Connection, reason: string | null): void {
    const { userId } = state.actor;
    const { correlationId } = state;
    this.telemetry.connection({ kind, transport, connectionId: id, userId, correlationId, reason });
  }
}

/** Whether it is worth coming back in the same way: not when the session is over, nor when what was asked for cannot be. */
function reasonOf(code: ProblemCode): CloseReason {
  if (code === 'session_revoked') return 'session_revoked';
  return problems[code].status >= 500 ? 'going_away' : 'protocol_error';
}
