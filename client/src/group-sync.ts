import type { ClientEventName, ClientEvents, ConnectedPayload } from '../../contract/events.js';
import type { MessageView, MyGroupView, Page } from '../../contract/views.js';
import { CatchUp } from './catch-up.js';
import type { ServerEvent } from './connection.js';
import { GroupRegistry } from './group-registry.js';
import type { GroupTracker, TrackerHooks } from './group-tracker.js';
import { loadOlderMessages } from './older-messages.js';
import type { RestApi } from './rest-api.js';
import { Standings } from './standings.js';

/** Sends an event of a client, at a pace that the server takes. @throws ProblemError */
export type Request = <Name extends ClientEventName>(
  name: Name,
  payload: ClientEvents[Name]['payload'],
) => Promise<ClientEvents[Name]['data']>;

export interface GroupSyncOptions {
  request: Request;
  api: RestApi;
  isOnline: () => boolean;
  emit: TrackerHooks['emit'];
  /** Aborted when the client is closed. */
  signal: AbortSignal;
}

/** Keeps all groups complete: what the registry finds missing is read from the server and handed back to it. */
export class GroupSync {
  private readonly registry: GroupRegistry;
  private readonly catchUp: CatchUp;
  private readonly standings: Standings;

  constructor(private readonly options: GroupSyncOptions) {
    const { request, api, isOnline, emit, signal } = options;
    this.registry = new GroupRegistry({
      emit,
      wantSync: (groupId) => {
        this.catchUp.want(groupId);
      },
      wantStanding: (groupId) => {
        this.standings.want(groupId);
      },
      wantMessage: (groupId, messageId) => {
        void this.refine(groupId, messageId);
      },
      wantMessages: (groupId, count) => {
        // When it fails, `hasOlder` says that they are not there, and the application's next `loadOlder` reads them.
        this.loadOlder(this.registry.require(groupId), count).catch(() => undefined);
      },
    });
    this.catchUp = new CatchUp({
      signal,
      isOnline,
      sync: (wanted) => request('sync', wanted),
      positionOf: (groupId) => this.registry.positionOf(groupId),
      onChanges: (groupId, changes, rev) => this.registry.find(groupId)?.catchUp(changes, rev),
      onReset: (groupId) => this.registry.find(groupId)?.reset(),
      onLeft: (groupId) => {
        this.registry.remove(groupId);
      },
      onJoined: (groupId) => {
        this.registry.require(groupId);
      },
    });
    this.standings = new Standings({
      signal,
      listGroups: (query) => api.get<Page<MyGroupView>>(`/groups?${query}`),
      hold: (groupId) => this.registry.find(groupId)?.hold() ?? (() => undefined),
      onStanding: (groupId, standing) => this.registry.find(groupId)?.meet(standing),
      onMissing: (groupId) => {
        this.registry.remove(groupId);
      },
    });
  }

  private async refine(groupId: string, messageId: string): Promise<void> {
    try {
      this.registry.find(groupId)?.refine(await this.options.api.get<MessageView>(`/messages/${messageId}`));
    } catch {
      // The reactions stay as they are, with `mine: null`: true, if less than one would like to know.
    }
  }

  get userId(): string | null {
    return this.registry.userId;
  }

  get groupIds(): string[] {
    return this.registry.ids;
  }

  find(groupId: string): GroupTracker | undefined {
    return this.registry.find(groupId);
  }

  /** @throws ProblemError `disconnected` before the first connection */
  require(groupId: string): GroupTracker {
    return this.registry.require(groupId);
  }

  /** The snapshot of a new connection. */
  meet(snapshot: ConnectedPayload): void {
    this.registry.meet(snapshot);
    this.catchUp.resume();
  }

  receive(event: ServerEvent): void {
    this.registry.receive(event);
  }

  /** @throws ProblemError */
  loadOlder(tracker: GroupTracker, count: number): Promise<number> {
    return loadOlderMessages(this.options.api, tracker, count);
  }

  stop(): void {
    this.registry.stop();
  }
}
