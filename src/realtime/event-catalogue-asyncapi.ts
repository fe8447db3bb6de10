import { problems, type ProblemCode } from '../../contract/problems.js';
import { ProblemModel } from '../common/http/api-docs.js';
import type { Documented, EventEntry } from './event-catalogue-entries.js';
import { ids, refusedHandshake } from './event-catalogue-examples.js';
import { schemaReference, type JsonSchemas } from './event-catalogue-schemas.js';
import { closeCodeRows, groupQuery, transports } from './event-catalogue-transports.js';

type Node = Readonly<Record<string, unknown>>;
type Nodes = Record<string, Node>;

/** A channel, and under which names the messages of each event stand among the components. */
interface Channel {
  key: string;
  receives: (event: string) => string;
  sends: (event: string) => string;
  acknowledges: (event: string) => string;
}

const socketIo: Channel = {
  key: 'socketIo',
  receives: (event) => `client.${event}`,
  sends: (event) => `server.${event}`,
  acknowledges: (event) => `ack.${event}`,
};
const webSocket: Channel = {
  key: 'webSocket',
  receives: (event) => `frame.client.${event}`,
  sends: (event) => `frame.server.${event}`,
  acknowledges: (event) => `frame.ack.${event}`,
};
const webSocketOfGroup: Channel = { ...webSocket, key: 'webSocketOfGroup' };
const connectError = 'connect_error';

const description = `The realtime events of Confab, over Socket.IO and over plain WebSocket: the same events with the same payloads.
The application that is described is the server: it receives what clients send.

The same for people: [/docs/events](/docs/events). Requests: [/docs](/docs). Errors: [/docs/problems](/docs/problems).`;

/**
 * The AsyncAPI 3.0 document.
 *
 * @param about `defaultHost`: host and port of a server that was started as it is, for the examples
 */
export function asyncApiDocument(
  entries: readonly EventEntry[],
  schemas: JsonSchemas,
  about: { version: string; defaultHost: string },
): object {
  const clientEvents = entries.filter(({ direction }) => direction === 'client').map(({ event }) => event);
  const serverEvents = entries.filter(({ direction }) => direction === 'server').map(({ event }) => event);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Confab: realtime events',
      version: about.version,
      description,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: servers(about.defaultHost),
    channels: channels(clientEvents, serverEvents),
    operations: {
      ...eachEvent(socketIo, entries),
      [`${socketIo.key}.refuse`]: {
        action: 'send',
        channel: channelReference(socketIo),
        summary: transports.socketIo.refusal,
        messages: [inChannel(socketIo, connectError)],
      },
      ...eachEvent(webSocket, entries),
      ...allEvents(webSocketOfGroup, clientEvents, serverEvents),
    },
    components: {
      schemas,
      messages: messages(entries),
      securitySchemes: securitySchemes(),
    },
  };
}

function servers(defaultHost: string): Nodes {
  const host = { host: '{host}', variables: { host: { default: defaultHost, description: 'Host and port' } } };
  return {
    socketIo: {
      ...host,
      pathname: '/socket.io',
      protocol: 'socket.io',
      protocolVersion: '5',
      ...aboutTransport('socketIo'),
    },
    webSocket: {
      ...host,
      protocol: 'ws',
      protocolVersion: '13',
      ...aboutTransport('webSocket'),
      'x-close-codes': closeCodeRows,
    },
  };
}

function aboutTransport(key: keyof typeof transports): Node {
  const { title, meaning, tokens, refusal, refusals } = transports[key];
  return {
    title,
    description: `${meaning}\n\n${refusal}`,
    security: tokens.map(({ name }) => ({ $ref: `#/components/securitySchemes/${schemeName(key, name)}` })),
    'x-refusals': refusals.map((code: ProblemCode) => ({ code, ...problems[code] })),
  };
}

function securitySchemes(): Nodes {
  return Object.fromEntries(
    Object.entries(transports).flatMap(([key, { tokens }]) =>
      tokens.map(({ name, meaning, scheme }) => [
        schemeName(key, name),
        { ...scheme, description: `The access token in ${meaning}` },
      ]),
    ),
  );
}

function schemeName(transport: string, place: string): string {
  return `${transport}.${place}`;
}

function channels(clientEvents: readonly string[], serverEvents: readonly string[]): Nodes {
  const messagesOf = (channel: Channel, more: readonly string[] = []) => {
    const names = [
      ...clientEvents.flatMap((event) => [channel.receives(event), channel.acknowledges(event)]),
      ...serverEvents.map((event) => channel.sends(event)),
      ...more,
    ];
    return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
  };
  const binding = { method: 'GET', bindingVersion: '0.1.0' };
  return {
    [socketIo.key]: {
      address: '/',
      title: 'The namespace / of Socket.IO',
      servers: [{ $ref: '#/servers/socketIo' }],
      messages: messagesOf(socketIo, [connectError]),
    },
    [webSocket.key]: {
      address: '/ws',
      title: 'All groups of the user',
      servers: [{ $ref: '#/servers/webSocket' }],
      messages: messagesOf(webSocket),
      bindings: { ws: binding },
    },
    [webSocketOfGroup.key]: {
      address: '/ws/groups/{groupId}',
      title: 'One group, with what was before',
      parameters: { groupId: { description: 'The id of the group', examples: [ids.group] } },
      servers: [{ $ref: '#/servers/webSocket' }],
      messages: messagesOf(webSocketOfGroup),
      bindings: { ws: { ...binding, query: { type: 'object', properties: groupQuery } } },
    },
  };
}

/** An operation for each event: what the server receives, with its acknowledgement, and what it sends. */
function eachEvent(channel: Channel, entries: readonly EventEntry[]): Nodes {
  return Object.fromEntries(
    entries.map(({ direction, event, meaning }): [string, Node] => {
      const about = { channel: channelReference(channel), summary: meaning };
      if (direction === 'server') {
        const messages = [inChannel(channel, channel.sends(event))];
        return [`${channel.key}.send.${event}`, { action: 'send', ...about, messages }];
      }
      const messages = [inChannel(channel, channel.receives(event))];
      const reply = {
        channel: channelReference(channel),
        messages: [inChannel(channel, channel.acknowledges(event))],
      };
      return [`${channel.key}.receive.${event}`, { action: 'receive', ...about, messages, reply }];
    }),
  );
}

/** The same events as on another channel, in short: one operation for each direction. */
function allEvents(channel: Channel, clientEvents: readonly string[], serverEvents: readonly string[]): Nodes {
  return {
    [`${channel.key}.receive`]: {
      action: 'receive',
      channel: channelReference(channel),
      summary: 'The same events as at /ws',
      messages: clientEvents.map((event) => inChannel(channel, channel.receives(event))),
      reply: {
        channel: channelReference(channel),
        messages: clientEvents.map((event) => inChannel(channel, channel.acknowledges(event))),
      },
    },
    [`${channel.key}.send`]: {
      action: 'send',
      channel: channelReference(channel),
      summary: 'The same events as at /ws, of one group',
      messages: serverEvents.map((event) => inChannel(channel, channel.sends(event))),
    },
  };
}

function messages(entries: readonly EventEntry[]): Nodes {
  const found: Nodes = {
    [connectError]: message(connectError, `${transports.socketIo.refusal} It is the data of the error.`, {
      schema: schemaReference(ProblemModel.name),
      examples: [refusedHandshake],
    }),
  };
  for (const { direction, event, meaning, payload, frame, ack } of entries) {
    const name = direction === 'client' ? 'receives' : 'sends';
    found[socketIo[name](event)] = message(event, meaning, payload);
    found[webSocket[name](event)] = message(event, meaning, frame);
    if (ack === undefined) continue;
    const answer = `The acknowledgement of ${event}.`;
    found[socketIo.acknowledges(event)] = message('ack', answer, ack.socketIo);
    found[webSocket.acknowledges(event)] = message('ack', answer, ack.frame);
  }
  return found;
}

function message(name: string, summary: string, { schema, examples }: Documented): Node {
  return { name, title: name, summary, payload: schema, examples: examples.map((payload) => ({ payload })) };
}

function channelReference({ key }: Channel): Node {
  return { $ref: `#/channels/${key}` };
}

function inChannel({ key }: Channel, message: string): Node {
  return { $ref: `#/channels/${key}/messages/${message}` };
}
