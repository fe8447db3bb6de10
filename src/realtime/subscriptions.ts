import { Injectable } from '@nestjs/common';

import { serverChannels, type Channel } from '../../contract/events.js';
import { isUuid, type GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess } from '../groups/group-access.js';
import { LogWriter } from '../messages/log/log-writer.js';
import { PastMessagesService } from '../messages/past-messages.service.js';
import { Audience } from './audience.js';
import { Connecting } from './connecting.js';
import type { Connection, WireEvent } from './connection.js';
import { Gate } from './gate.js';
import { groupsIn, rooms } from './rooms.js';
import { Told } from './told.js';

/** What a connection receives. All groups of the user from the start; less or more when its client says so. */
@Injectable()
export class Subscriptions {
  private readonly turns = new WeakMap<Connection, Promise<void>>();

  constructor(
    private readonly access: GroupAccess,
    private readonly past: PastMessagesService,
    private readonly log: LogWriter,
    private readonly audience: Audience,
    private readonly connecting: Connecting,
  ) {}

  /**
   * @param history so many of the group's newest messages are sent before anything live of it
   * @throws Problem `validation_failed` when there is no such channel, `not_found` or `not_a_member` for a group
   */
  async add(connection: Connection, name: string, history: number): Promise<void> {
    const channel = requireChannel(name);
    const [groupId] = groupsIn([channel]);
    await this.inTurn(connection, async () => {
      if (groupId === undefined) connection.join(channel);
      else {
        await this.addGroup(connection, groupId, history);
        connection.state.unwanted.delete(groupId);
      }
    });
  }

  /** @throws Problem `validation_failed` when there is no such channel */
  async remove(connection: Connection, name: string): Promise<void> {
    const channel = requireChannel(name);
    const [groupId] = groupsIn([channel]);
    await this.inTurn(connection, () => {
      if (groupId === undefined) connection.leave(channel);
      else {
        connection.state.unwanted.add(groupId);
        this.audience.leave(connection, groupId);
      }
    });
  }

  /** Brings a connection up to date. @throws Problem `session_revoked` when its session has ended */
  async refresh(connection: Connection): Promise<void> {
    await connection.state.ready;
    await this.inTurn(connection, () => this.connecting.refresh(connection));
  }

  /** One after the other for each connection: they end as the last one says, and none opens the gate of another. */
  private async inTurn(connection: Connection, work: () => void | Promise<void>): Promise<void> {
    const turn = (this.turns.get(connection) ?? Promise.resolve()).then(work, work);
    this.turns.set(connection, turn);
    await turn;
  }

  /** Joins first and asks then: a removal is either seen by the question, or finds the connection in the room. */
  private async addGroup(connection: Connection, groupId: GroupId, history: number): Promise<void> {
    const room = rooms.group(groupId);
    if (history === 0 && connection.rooms.has(room)) return;
    const isNew = !connection.rooms.has(room);
    const gate = Gate.close(connection);
    const told = new Told();
    try {
      connection.join(room);
      await this.access.require(connection.state.actor, groupId, 'read');
      if (history > 0) await this.sendHistory(connection, groupId, history, told);
    } catch (error) {
      if (isNew) connection.leave(room);
      gate.open((wire) => !isNew || !isOf(groupId, wire));
      throw error;
    }
    gate.open((wire) => told.isNews(wire));
    if (isNew && connection.rooms.has(room)) this.audience.announceJoin(connection, groupId);
  }

  private async sendHistory(connection: Connection, groupId: GroupId, count: number, told: Told): Promise<void> {
    for (const message of await this.past.newest(connection.state.actor, groupId, count)) {
      // Whoever was removed meanwhile has left the room: what was accepted since is not for him.
      if (!connection.rooms.has(rooms.group(groupId))) return;
      connection.emit({ event: 'offline_message', payload: { message } });
      told.ofMessage(message);
    }
    // The news of what was sent just now is held, and then dropped.
    await this.log.announced();
  }
}

/** Whether an event came through the room of a group, or may have. */
function isOf(groupId: GroupId, { event, payload }: WireEvent): boolean {
  // Does not say through which group it came.
  if (event === 'presence') return true;
  // A mention comes to the user, not through the room.
  if (event === 'mention') return false;
  if ('groupId' in payload) return payload.groupId === groupId;
  if ('message' in payload) return payload.message.groupId === groupId;
  return 'group' in payload && payload.group.id === groupId;
}

function requireChannel(name: string): Channel {
  const server = serverChannels.find((channel) => channel === name);
  if (server !== undefined) return server;
  const [id] = groupsIn([name]);
  if (!isUuid(id))
    throw Problem.field('channel', `must be ${rooms.group('<id>')} or one of ${serverChannels.join(', ')}`);
  return rooms.group(id.toLowerCase());
}
