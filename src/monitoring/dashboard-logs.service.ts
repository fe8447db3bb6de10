import { Inject, Injectable } from '@nestjs/common';

import type {
  ConnectionLogEntry,
  DashboardLogs,
  DashboardUser,
  ErrorLogEntry,
  RequestLogEntry,
  SlowQuery,
  SocketEventLogEntry,
} from '../../contract/dashboard-logs.js';
import type { UserId } from '../common/ids.js';
import { Telemetry, type RequestRecord } from '../common/telemetry/telemetry.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { UsersService } from '../users/users.service.js';
import { round } from './grading.js';

const lastOnes = 20;
const lastSlow = 10;
/** Of one request there are few; of an id that a client uses again and again no more than this is shown. */
const lastOfOne = 100;

type Names = ReadonlyMap<string, string>;

/** What happened last, each with the correlation id by which it is followed. */
@Injectable()
export class DashboardLogsService {
  constructor(
    private readonly telemetry: Telemetry,
    private readonly users: UsersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param correlationId of the one request or event that is wanted, or `null` for the last ones
   * @param mayAsk whether the database answers: without it nobody has a name
   */
  async view(
    correlationId: string | null,
    mayAsk: boolean,
  ): Promise<{ logs: DashboardLogs; connections: ConnectionLogEntry[]; slowQueries: SlowQuery[] }> {
    const wanted = (record: { correlationId: string | null }) =>
      correlationId === null || record.correlationId === correlationId;
    const limit = (usual: number) => (correlationId === null ? usual : lastOfOne);
    const { telemetry } = this;
    const slow = telemetry.lastSlowRequests.newest(limit(lastSlow), wanted);
    const errors = telemetry.lastErrors.newest(limit(lastOnes), wanted);
    const requests = telemetry.lastRequests.newest(limit(lastOnes), wanted);
    const events = telemetry.lastSocketEvents.newest(limit(lastOnes), wanted);
    const connections = telemetry.lastConnections.newest(limit(lastOnes), wanted);
    const all = [slow, errors, requests, events, connections].flat();
    const names = mayAsk ? await this.namesOf(all.flatMap(({ userId }) => userId ?? [])) : new Map<string, string>();
    const toRequest = (record: RequestRecord): RequestLogEntry => this.toRequest(record, names);
    return {
      logs: {
        correlationId,
        slowRequests: slow.map(toRequest),
        errors: errors.map((record): ErrorLogEntry => ({ ...record, ...atAndWho(record, names) })),
        requests: requests.map(toRequest),
        socketEvents: events.map((record): SocketEventLogEntry => ({
          ...record,
          ...atAndWho(record, names),
          durationMs: round(record.durationMs),
        })),
      },
      connections: connections.map((record) => ({ ...record, ...atAndWho(record, names) })),
      slowQueries: telemetry.lastSlowQueries
        .newest(limit(lastOnes), wanted)
        .map((record) => ({ ...record, at: timeOf(record.at), durationMs: round(record.durationMs) })),
    };
  }

  private toRequest(record: RequestRecord, names: Names): RequestLogEntry {
    const { durationMs } = record;
    return {
      ...record,
      ...atAndWho(record, names),
      durationMs: round(durationMs),
      isSlow: durationMs >= this.settings.SLOW_REQUEST_MS,
      isVerySlow: durationMs >= this.settings.VERY_SLOW_REQUEST_MS,
    };
  }

  private async namesOf(ids: readonly string[]): Promise<Names> {
    const users = await this.users.findByIds([...new Set(ids)] as UserId[]);
    return new Map(Array.from(users, ([id, { username }]) => [id, username]));
  }
}

function atAndWho<Id extends string | null>(
  { at, userId }: { at: number; userId: Id },
  names: Names,
): { at: string; userId: Id } & Pick<DashboardUser, 'username'> {
  return { at: timeOf(at), userId, username: userId === null ? null : (names.get(userId) ?? null) };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
