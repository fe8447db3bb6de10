import type { ConnectedPayload } from '../../contract/events.js';
import type { LogPosition } from '../../contract/requests.js';
import type { ClientEventMap } from './client-events.js';
import type { ServerEvent } from './connection.js';
import { GroupTracker, type TrackerHooks } from './group-tracker.js';
import { changeOfDeletion, changeOfMessage, type LogChange } from './log-change.js';
import { ProblemError } from './problem-error.js';
import { standingOf } from './standing.js';

/** All groups of the user, and what the server's events mean for them. */
export class GroupRegistry {
  private readonly trackers = new Map<string, GroupTracker>();
  private me: string | null = null;
  private connections = 0;

  constructor(private readonly hooks: TrackerHooks) {}

  get ids(): string[] {
    return [...this.trackers.keys()];
  }

  get userId(): string | null {
    return this.me;
  }

  find(groupId: string): GroupTracker | undefined {
    return this.trackers.get(groupId);
  }

  /** The group's tracker; for a group that is not known yet, a new one that asks where the group stands. */
  require(groupId: string): GroupTracker {
    const known = this.trackers.get(groupId);
    if (known !== undefined) return known;
    if (this.me === null) throw ProblemError.local('disconnected', 'The client has not been connected yet.');
    const tracker = this.add(groupId, this.me);
    this.hooks.wantStanding(groupId);
    return tracker;
  }

  /** The snapshot of a new connection: groups that came, groups that went, and those that have something to catch up. */
  meet({ userId, groups }: ConnectedPayload): void {
    this.me = userId;
    this.connections += 1;
    const mine = new Set(groups.map(({ id }) => id));
    for (const [id, tracker] of this.trackers) if (tracker.view !== null && !mine.has(id)) this.remove(id);
    for (const group of groups) {
      const tracker = this.trackers.get(group.id) ?? this.add(group.id, userId);
      const standing = standingOf(group);
      const { view, epoch } = tracker;
      // Behind the log, or ahead of it (then it is another log): `sync` knows which.
      if (view !== null && epoch === standing.epoch && view.rev !== standing.rev) this.hooks.wantSync(group.id);
      if (view === null || epoch !== standing.epoch || view.rev <= standing.rev) tracker.meet(standing);
    }
  }

  positionOf(groupId: string): LogPosition | null {
    const tracker = this.trackers.get(groupId);
    const view = tracker?.view ?? null;
    const epoch = tracker?.epoch ?? null;
    return view === null || epoch === null ? null : { rev: view.rev, epoch };
  }

  remove(groupId: string): void {
    this.trackers.get(groupId)?.end();
    this.trackers.delete(groupId);
  }

  /** Nothing will come any more; what there is stays. */
  stop(): void {
    for (const tracker of this.trackers.values()) tracker.stop();
  }

  /** Takes one event of the server and passes it on, in the order of the log where there is one. */
  receive(event: ServerEvent): void {
    const { name, payload } = event;
    switch (name) {
      case 'new_message':
        this.endTyping(payload.message.groupId, payload.message.senderId);
        this.offer(payload.message.groupId, changeOfMessage(payload.message));
        return;
      case 'message_updated':
        this.offer(payload.message.groupId, changeOfMessage(payload.message, payload));
        return;
      case 'message_deleted':
        this.offer(payload.groupId, changeOfDeletion(payload, new Date().toISOString()));
        return;
      case 'offline_message':
        // After a reconnection, catching up brings these as `new_message`.
        if (this.connections <= 1) this.hooks.emit(name, payload);
        return;
      case 'typing':
        this.trackers.get(payload.groupId)?.typing.set(payload.userIds.filter((id) => id !== this.me));
        break;
      case 'read':
        if (payload.userId === this.me) this.trackers.get(payload.groupId)?.confirmReadMarker(payload.seq);
        break;
      case 'member_added':
        if (payload.userId === this.me) this.require(payload.groupId);
        break;
      case 'group_created':
        this.require(payload.group.id);
        break;
      case 'member_removed':
        if (payload.userId === this.me) this.remove(payload.groupId);
        break;
      case 'group_deleted':
        this.remove(payload.groupId);
        break;
      case 'error':
        this.hooks.emit('error', ProblemError.from(payload));
        return;
    }
    this.pass(event);
  }

  /** Name and payload belong together, which the compiler does not see in a union. */
  private pass({ name, payload }: ServerEvent): void {
    this.hooks.emit(name as 'pong', payload as ClientEventMap['pong']);
  }

  private add(groupId: string, me: string): GroupTracker {
    const tracker = new GroupTracker(groupId, me, this.hooks);
    this.trackers.set(groupId, tracker);
    return tracker;
  }

  private offer(groupId: string, change: LogChange): void {
    this.require(groupId).offer(change);
  }

  private endTyping(groupId: string, userId: string): void {
    const typing = this.trackers.get(groupId)?.typing;
    if (typing?.userIds.includes(userId) === true) typing.set(typing.userIds.filter((id) => id !== userId));
  }
}
