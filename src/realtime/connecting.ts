import { Inject, Injectable } from '@nestjs/common';

import type { ConnectedPayload } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import type { GroupId } from '../common/ids.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { MyGroupsService, type MyGroup } from '../groups/my-groups.service.js';
import { LogWriter } from '../messages/log/log-writer.js';
import { PastMessagesService } from '../messages/past-messages.service.js';
import { Audience } from './audience.js';
import type { Connection } from './connection.js';
import { Gate } from './gate.js';
import { Handshake } from './handshake.js';
import { PresenceNews } from './presence.js';
import { groupsIn, rooms } from './rooms.js';
import { Told } from './told.js';

/** A replay pauses while more than this waits for its reader; so it is never taken for one who does not read. */
const replayUpToBytes = limits.socket.maxWaitingBytes / 4;
const pauseMs = 20;

/** What a client wants to be told of the one group that it connects to. */
export interface Replay {
  since?: number | undefined;
  history?: number | undefined;
}

/**
 * Brings a new connection into the live stream without a hole: it joins its rooms first, the state is read second, the
 * snapshot is sent third, then what arrived while the user was away, and only then come the live events, among them
 * those that were held meanwhile.
 */
@Injectable()
export class Connecting {
  constructor(
    private readonly handshake: Handshake,
    private readonly myGroups: MyGroupsService,
    private readonly log: LogWriter,
    private readonly past: PastMessagesService,
    private readonly audience: Audience,
    private readonly presence: PresenceNews,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Starts to bring a connection in; what its client sends meanwhile waits for `state.ready`. */
  bringIn(connection: Connection, replay: Replay = {}): Promise<void> {
    const ready = this.run(connection, replay);
    connection.state.ready = ready;
    return ready;
  }

  /** @throws Problem `session_revoked` when the session ended meanwhile */
  private async run(connection: Connection, replay: Replay): Promise<void> {
    const { actor, scope } = connection.state;
    const gate = Gate.close(connection);
    connection.join(rooms.user(actor.userId));
    connection.join(rooms.session(actor.sessionId));
    // From here on the end of the session closes this connection; it may have ended just before.
    await this.handshake.requireLive(actor);
    const places = await this.myGroups.listPlaces(actor.userId);
    if (!connection.isOpen()) return;
    const wanted = places.filter(({ group }) => scope === 'all' || scope === group._id);
    // A group that came or went since the look at the memberships has told so: the gate knows better.
    const joined = wanted.filter(({ group }) => !gate.changed.has(group._id));
    for (const { group } of joined) this.audience.join(connection, group._id);
    const groups = await this.myGroups.withLogs(actor.userId, joined);
    if (!connection.isOpen()) return;
    const told = this.sendSnapshot(connection, groups);
    await this.sendPast(connection, groups, replay, told);
    // What it was told of must not come once more behind it: its news is held until here, and then dropped.
    await this.log.announced();
    if (!connection.isOpen()) return;
    gate.open((wire) => told.isNews(wire));
    connection.state.isThrough = true;
    for (const groupId of groupsIn(connection.rooms)) this.audience.announceJoin(connection, groupId);
    this.presence.arrived(connection);
  }

  /**
   * Tells a connection once more where everything stands, since events may not have reached it: its client compares, and
   * asks with `sync` for what it lacks. What it must not receive any more it does not receive after this.
   *
   * @throws Problem `session_revoked` when the session has ended
   */
  async refresh(connection: Connection): Promise<void> {
    if (!connection.isOpen() || !connection.state.isThrough) return;
    const { actor, scope, unwanted } = connection.state;
    const gate = Gate.close(connection);
    try {
      await this.handshake.requireLive(actor);
      const places = await this.myGroups.listPlaces(actor.userId);
      const isSettled = (groupId: GroupId) => !gate.changed.has(groupId);
      const mine = new Set(places.map(({ group }) => group._id));
      for (const groupId of groupsIn(connection.rooms)) {
        if (!mine.has(groupId) && isSettled(groupId)) this.audience.leave(connection, groupId);
      }
      const wanted = places.filter(({ group }) => (scope === 'all' || scope === group._id) && isSettled(group._id));
      for (const { group } of wanted) if (!unwanted.has(group._id)) this.audience.join(connection, group._id);
      const told = this.sendSnapshot(connection, await this.myGroups.withLogs(actor.userId, wanted));
      await this.log.announced();
      gate.open((wire) => told.isNews(wire));
    } catch (error) {
      gate.open(() => false);
      throw error;
    }
  }

  private sendSnapshot(connection: Connection, groups: readonly MyGroup[]): Told {
    connection.emit({ event: 'connected', payload: this.snapshot(connection, groups) });
    const told = new Told();
    for (const { group, log } of groups) told.ofGroup(group._id, log.rev);
    return told;
  }

  private snapshot(connection: Connection, groups: readonly MyGroup[]): ConnectedPayload {
    return {
      connectionId: connection.id,
      userId: connection.state.actor.userId,
      groups: groups
        .filter(({ group: { _id } }) => connection.rooms.has(rooms.group(_id)) || connection.state.unwanted.has(_id))
        .map(({ group, membership, log }) => ({
          id: group._id,
          epoch: group.epoch,
          rev: log.rev,
          lastSeq: log.lastSeq,
          lastReadSeq: membership.lastReadSeq,
          unreadCount: log.unreadCount,
          unreadCapped: log.unreadCapped,
          mentionCount: log.mentionCount,
        })),
      heartbeat: { interval: this.settings.WS_PING_INTERVAL, timeout: this.settings.WS_PONG_TIMEOUT },
      serverTime: this.clock.now().toISOString(),
    };
  }

  private async sendPast(
    connection: Connection,
    groups: readonly MyGroup[],
    { since, history }: Replay,
    told: Told,
  ): Promise<void> {
    const { actor, scope } = connection.state;
    if (scope !== 'all' && since !== undefined) {
      await this.replay(connection, scope, since, told);
      return;
    }
    let bytesLeft: number = limits.offline.maxBytes;
    for (const { group, membership, log } of groups) {
      const isAsked = history !== undefined;
      if (!isAsked && (log.lastSeq <= membership.lastDeliveredSeq || bytesLeft <= 0)) continue;
      const messages = isAsked
        ? await this.past.newest(actor, group._id, history, log.lastSeq)
        : await this.past.undelivered(actor, group._id, membership.lastDeliveredSeq, log.lastSeq);
      // Whoever was removed meanwhile has left the room: what was accepted since is not for him.
      if (!connection.rooms.has(rooms.group(group._id))) continue;
      // What is newer than the snapshot comes live: from its rev on the client is told of every change.
      for (const message of messages) {
        bytesLeft -= Buffer.byteLength(message.content ?? '');
        connection.emit({ event: 'offline_message', payload: { message } });
      }
    }
  }

  /** Every change since, as fast as the client reads: it may have been away for long. */
  private async replay(connection: Connection, groupId: GroupId, since: number, told: Told): Promise<void> {
    for await (const wire of this.past.changesSince(connection.state.actor, groupId, since)) {
      await drained(connection);
      if (!connection.isOpen() || !connection.rooms.has(rooms.group(groupId))) return;
      connection.emit(wire);
      told.ofGroup(groupId, wire.event === 'message_deleted' ? wire.payload.rev : wire.payload.message.rev);
    }
  }
}

/** Resolves when little waits for the client to read it, or when it has gone. */
async function drained(connection: Connection): Promise<void> {
  while (connection.isOpen() && connection.waitingBytes > replayUpToBytes) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
