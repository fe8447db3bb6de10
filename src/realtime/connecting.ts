import { Inject, Injectable } from '@nestjs/common';

import type { ConnectedPayload } from '../../contract/events.js';
import { Clock } from '../common/clock.js';
import type { GroupId } from '../common/ids.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { MyGroupsService, type MyGroup } from '../groups/my-groups.service.js';
import { LogWriter } from '../messages/log/log-writer.js';
import { Audience } from './audience.js';
import type { ChatSocket, Gate, WireEvent } from './chat-server.js';
import { Handshake } from './handshake.js';
import { rooms } from './rooms.js';

/**
 * Brings a new socket into the live stream without a hole: it joins its rooms first, the state is read second, the
 * snapshot is sent third, and only then come the live events, among them those that arrived in between.
 */
@Injectable()
export class Connecting {
  constructor(
    private readonly handshake: Handshake,
    private readonly myGroups: MyGroupsService,
    private readonly log: LogWriter,
    private readonly audience: Audience,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem `session_revoked` when the session ended meanwhile */
  async bringIn(socket: ChatSocket): Promise<void> {
    const { actor } = socket.data;
    const gate: Gate = { held: [], changed: new Set() };
    socket.data.gate = gate;
    void socket.join([rooms.user(actor.userId), rooms.session(actor.sessionId), rooms.connecting]);
    // From here on the end of the session closes this socket; it may have ended just before.
    await this.handshake.requireLive(actor);
    for (const groupId of await this.myGroups.listIds(actor.userId)) {
      if (!gate.changed.has(groupId)) this.audience.join(socket, groupId);
    }
    const groups = await this.myGroups.listAll(actor.userId);
    // What the snapshot has already must not come once more behind it: its news is held until here, and then dropped.
    await this.log.announced();
    if (!socket.connected) return;
    this.settleRooms(socket, gate, groups);
    socket.emit('connected', this.snapshot(socket, groups));
    void socket.leave(rooms.connecting);
    socket.data.gate = null;
    const revs = new Map(groups.map(({ group, log }) => [group._id as string, log.rev]));
    for (const { event, payload } of gate.held.filter((wire) => isNews(wire, revs))) {
      socket.emit(event as 'error', payload as never);
    }
    for (const groupId of groupsOf(socket)) this.audience.announceJoin(socket, groupId);
  }

  /** Between the first look and the snapshot a group may have come or gone; events that came meanwhile know better. */
  private settleRooms(socket: ChatSocket, gate: Gate, groups: readonly MyGroup[]): void {
    const wanted = new Set(groups.map(({ group }) => group._id));
    for (const groupId of wanted) if (!gate.changed.has(groupId)) this.audience.join(socket, groupId);
    for (const groupId of groupsOf(socket)) {
      if (!wanted.has(groupId) && !gate.changed.has(groupId)) this.audience.leave(socket, groupId);
    }
  }

  private snapshot(socket: ChatSocket, groups: readonly MyGroup[]): ConnectedPayload {
    return {
      connectionId: socket.id,
      userId: socket.data.actor.userId,
      groups: groups
        .filter(({ group }) => socket.rooms.has(rooms.group(group._id)))
        .map(({ group, membership, log }) => ({
          id: group._id,
          epoch: group.epoch,
          rev: log.rev,
          lastSeq: log.lastSeq,
          lastReadSeq: membership.lastReadSeq,
          unreadCount: log.unreadCount,
        })),
      heartbeat: { interval: this.settings.WS_PING_INTERVAL, timeout: this.settings.WS_PONG_TIMEOUT },
      serverTime: this.clock.now().toISOString(),
    };
  }
}

/** The groups that a socket receives. */
export function groupsOf(socket: ChatSocket): GroupId[] {
  const prefix = rooms.group('');
  return Array.from(socket.rooms)
    .filter((room) => room.startsWith(prefix))
    .map((room) => room.slice(prefix.length) as GroupId);
}

/** Whether a held event tells more than the snapshot did. */
function isNews({ event, payload }: WireEvent, revs: ReadonlyMap<string, number>): boolean {
  if (event === 'new_message' || event === 'message_updated') {
    return payload.message.rev > (revs.get(payload.message.groupId) ?? 0);
  }
  if (event === 'message_deleted') return payload.rev > (revs.get(payload.groupId) ?? 0);
  return true;
}
