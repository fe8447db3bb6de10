import { Injectable } from '@nestjs/common';

import { serverChannels, type Channel, type ClientEventName, type ClientEvents } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import { requireUuid, type GroupId, type MessageId } from '../common/ids.js';
import { rateLimited } from '../common/rate-limits/rate-limits.js';
import { MarkersService } from '../groups/markers.service.js';
import { CatchUpService } from '../messages/catch-up.service.js';
import { MessageChangesService } from '../messages/message-changes.service.js';
import { MessagesService, type SentMessage } from '../messages/messages.service.js';
import { ProfileService } from '../users/profile.service.js';
import type { Connection } from './connection.js';
import { Handshake } from './handshake.js';
import { channelsIn } from './rooms.js';
import { Subscriptions } from './subscriptions.js';
import { Typing } from './typing.js';

type Handlers = {
  readonly [Name in ClientEventName]: (
    connection: Connection,
    payload: ClientEvents[Name]['payload'],
  ) => Promise<ClientEvents[Name]['data']>;
};

/** What each client event does, whichever transport it came by: one call of the verb that HTTP calls. No rule is here. */
@Injectable()
export class ClientEventHandlers implements Handlers {
  constructor(
    private readonly messages: MessagesService,
    private readonly changes: MessageChangesService,
    private readonly catchUp: CatchUpService,
    private readonly markers: MarkersService,
    private readonly subscriptions: Subscriptions,
    private readonly typists: Typing,
    private readonly profiles: ProfileService,
    private readonly handshake: Handshake,
    private readonly clock: Clock,
  ) {}

  readonly message: Handlers['message'] = async (connection, { groupId, ...request }) => {
    const { stored } = await inTurn(connection, () =>
      this.messages.accept(connection.state.actor, toGroupId(groupId), request),
    );
    return (await stored).message;
  };

  readonly edit_message: Handlers['edit_message'] = ({ state }, { messageId, content }) =>
    this.changes.edit(state.actor, toMessageId(messageId), content);

  readonly delete_message: Handlers['delete_message'] = ({ state }, { messageId }) =>
    this.changes.remove(state.actor, toMessageId(messageId));

  readonly restore_message: Handlers['restore_message'] = ({ state }, { messageId }) =>
    this.changes.restore(state.actor, toMessageId(messageId));

  readonly react: Handlers['react'] = ({ state }, { messageId, emoji, remove = false }) =>
    this.changes.react(state.actor, toMessageId(messageId), emoji, !remove);

  readonly typing: Handlers['typing'] = async ({ state }, { groupId, isTyping = true }) => {
    await this.typists.set(state.actor, toGroupId(groupId), isTyping);
    return null;
  };

  readonly read: Handlers['read'] = ({ state }, { groupId, seq }) =>
    this.markers.move(state.actor, toGroupId(groupId), 'read', seq);

  readonly delivered: Handlers['delivered'] = ({ state }, { groupId, seq }) =>
    this.markers.move(state.actor, toGroupId(groupId), 'delivered', seq);

  readonly sync: Handlers['sync'] = ({ state }, request) => this.catchUp.sync(state.actor, request);

  readonly subscribe: Handlers['subscribe'] = async (connection, { channel, history = 0 }) => {
    await this.subscriptions.add(connection, channel, history);
    return subscribed(connection);
  };

  readonly unsubscribe: Handlers['unsubscribe'] = async (connection, { channel }) => {
    await this.subscriptions.remove(connection, channel);
    return subscribed(connection);
  };

  readonly presence: Handlers['presence'] = async ({ state }, request) => {
    await this.profiles.choosePresence(state.actor, request);
    return null;
  };

  readonly authenticate: Handlers['authenticate'] = async (connection, { token }) => {
    const { expiresAt } = await this.handshake.renew(connection, token);
    return { expiresAt: expiresAt.toISOString() };
  };

  readonly ping: Handlers['ping'] = (connection, { timestamp = this.clock.now().getTime() }) => {
    connection.emit({ event: 'pong', payload: { timestamp } });
    return Promise.resolve({ timestamp });
  };

  readonly pong: Handlers['pong'] = () => Promise.resolve(null);
}

/** One message of a connection after the other, up to its turn in the log: a later one never overtakes. */
function inTurn(
  { state }: Connection,
  accept: () => Promise<{ stored: Promise<SentMessage> }>,
): Promise<{ stored: Promise<SentMessage> }> {
  // A client that sends faster than its messages get their turn would fill the memory before any rate is counted.
  if (state.waiting >= limits.log.maxWaitingPerGroup) throw rateLimited(1);
  state.waiting += 1;
  const accepted = state.lastAccepted.then(accept, accept).finally(() => {
    state.waiting -= 1;
  });
  state.lastAccepted = accepted;
  return accepted;
}

function subscribed(connection: Connection): { channels: Channel[] } {
  return { channels: channelsIn(connection.rooms, serverChannels) };
}

function toGroupId(id: string): GroupId {
  return requireUuid(id, 'groupId') as GroupId;
}

function toMessageId(id: string): MessageId {
  return requireUuid(id, 'messageId') as MessageId;
}
