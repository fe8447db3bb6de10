import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';

import { startTestApp, type TestApp } from '../support/test-app.js';
import { fetchAsyncApi } from '../support/validate-event.js';

type Node = Record<string, unknown>;
type Nodes = Record<string, Node>;

interface Reference {
  $ref: string;
}
interface Operation extends Node {
  action: string;
  channel: Reference;
  messages: Reference[];
  reply?: { channel: Reference; messages: Reference[] };
}
interface Document extends Node {
  servers: Nodes;
  channels: Record<string, { address: string; servers: Reference[]; messages: Nodes; parameters?: Nodes }>;
  operations: Record<string, Operation>;
  components: Record<string, Nodes>;
}

// The parts of AsyncAPI 3.0 that the document uses, with their required and their other fields. (The meta-schema is no
// dependency of the project.) https://www.asyncapi.com/docs/reference/specification/v3.0.0
const shapes = {
  document: {
    required: ['asyncapi', 'info', 'channels', 'operations'],
    other: ['defaultContentType', 'servers', 'components'],
  },
  info: { required: ['title', 'version'], other: ['description', 'license'] },
  server: {
    required: ['host', 'protocol'],
    other: ['protocolVersion', 'pathname', 'title', 'description', 'variables', 'security'],
  },
  channel: { required: ['address', 'messages'], other: ['title', 'servers', 'parameters', 'bindings'] },
  parameter: { required: [], other: ['description', 'examples'] },
  operation: { required: ['action', 'channel'], other: ['summary', 'messages', 'reply'] },
  reply: { required: [], other: ['channel', 'messages'] },
  components: { required: [], other: ['schemas', 'messages', 'securitySchemes'] },
  message: { required: [], other: ['name', 'title', 'summary', 'payload', 'examples'] },
  example: { required: ['payload'], other: [] },
} as const;

/** Fields that are missing or unknown; `x-` is for whoever likes. */
function faultsOf(kind: keyof typeof shapes, node: object): string[] {
  const { required, other } = shapes[kind];
  const known: readonly string[] = [...required, ...other];
  const missing = required.filter((name) => !(name in node)).map((name) => `${kind}: ${name} is missing`);
  const unknown = Object.keys(node).filter((name) => !known.includes(name) && !/^x-[\w.-]+$/.test(name));
  return [...missing, ...unknown.map((name) => `${kind}: ${name} is unknown`)];
}

function resolve(document: Node, reference: string): unknown {
  const [root, ...parts] = reference.split('/');
  if (root !== '#') return undefined;
  return parts.reduce<unknown>((node, part) => (node as Node | undefined)?.[part], document);
}

function referencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' ? [value as string] : referencesIn(value)));
}

describe('asyncapi.json', () => {
  let app: TestApp;
  let document: Document;
  beforeAll(async () => {
    app = await startTestApp();
    document = (await fetchAsyncApi(app.url)) as unknown as Document;
  });
  afterAll(() => app.stop());

  it('is an AsyncAPI 3.0 document: every part has the fields that it must and may have', () => {
    expect(document['asyncapi']).toBe('3.0.0');
    const replies = Object.values(document.operations).flatMap(({ reply }) => reply ?? []);
    const messages = Object.values(document.components['messages']!);
    const parameters = Object.values(document.channels).flatMap((channel) => Object.values(channel.parameters ?? {}));
    expect([
      ...faultsOf('document', document),
      ...faultsOf('info', document['info'] as Node),
      ...faultsOf('components', document.components),
      ...Object.values(document.servers).flatMap((server) => faultsOf('server', server)),
      ...Object.values(document.channels).flatMap((channel) => faultsOf('channel', channel)),
      ...parameters.flatMap((parameter) => faultsOf('parameter', parameter)),
      ...Object.values(document.operations).flatMap((operation) => faultsOf('operation', operation)),
      ...replies.flatMap((reply) => faultsOf('reply', reply)),
      ...messages.flatMap((message) => faultsOf('message', message)),
      ...messages.flatMap(({ examples }) => (examples as Node[]).flatMap((example) => faultsOf('example', example))),
    ]).toEqual([]);
  });

  it('names its components with the characters that names may have', () => {
    const names = Object.values(document.components).flatMap((components) => Object.keys(components));
    expect(names.filter((name) => !/^[a-zA-Z0-9._-]+$/.test(name))).toEqual([]);
  });

  it('refers to nothing that is not in it', () => {
    const references = referencesIn(document);
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
  });

  it('has schemas of JSON Schema, with nothing left of the dialect of OpenAPI', () => {
    const ajv = new Ajv();
    const schemas = document.components['schemas']!;
    const payloads = Object.values(document.components['messages']!).map(({ payload }) => payload as Node);
    for (const schema of [...Object.values(schemas), ...payloads]) {
      expect(ajv.validateSchema(schema)).toBe(true);
    }
    const text = JSON.stringify({ schemas, payloads });
    expect(text).not.toMatch(/"(nullable|example|discriminator)":/);
  });

  it('allows no other field in what clients send, and leaves what the server sends open for more', () => {
    const { schemas, messages } = document.components as { schemas: Nodes; messages: Nodes };
    const isClosed = (name: string): boolean => {
      const payload = messages[name]!['payload'] as Node & Partial<Reference>;
      const schema = payload.$ref === undefined ? payload : schemas[payload.$ref.split('/').at(-1)!]!;
      return schema['additionalProperties'] === false;
    };
    const closed = Object.keys(messages).filter(isClosed);
    expect(closed.sort()).toEqual(
      Object.keys(messages)
        .filter((name) => /^(frame\.)?client\./.test(name))
        .sort(),
    );
  });

  it('has no schema that nothing refers to', () => {
    const used = new Set(referencesIn(document));
    const unused = Object.keys(document.components['schemas']!).filter(
      (name) => !used.has(`#/components/schemas/${name}`),
    );
    expect(unused).toEqual([]);
  });

  it('lets operations use messages of their own channel only, and uses every one of them', () => {
    const used = Object.entries(document.operations).flatMap(([name, { channel, messages, reply }]) => {
      const references = [...messages, ...(reply?.messages ?? [])].map(({ $ref }) => $ref);
      expect({ name, foreign: references.filter(($ref) => !$ref.startsWith(`${channel.$ref}/messages/`)) }).toEqual({
        name,
        foreign: [],
      });
      expect(reply?.channel ?? channel).toEqual(channel);
      return references;
    });
    const offered = Object.entries(document.channels).flatMap(([key, { messages }]) =>
      Object.keys(messages).map((name) => `#/channels/${key}/messages/${name}`),
    );
    expect(used.sort()).toEqual(offered.sort());
  });

  it('receives what clients send, with a reply, and sends what the server sends, without', () => {
    for (const { action, messages, reply } of Object.values(document.operations)) {
      const names = messages.map(({ $ref }) => $ref.split('/').at(-1)!);
      const isFromClient = names.every((name) => /^(frame\.)?client\./.test(name));
      expect({ names, action, hasReply: reply !== undefined }).toEqual({
        names,
        action: isFromClient ? 'receive' : 'send',
        hasReply: isFromClient,
      });
    }
  });

  it('declares the variables of its hosts and the parameters of its addresses', () => {
    for (const { host, variables } of Object.values(document.servers)) {
      expect(Object.keys(variables as Nodes)).toEqual(placeholders(host as string));
    }
    for (const { address, parameters = {} } of Object.values(document.channels)) {
      expect(Object.keys(parameters)).toEqual(placeholders(address));
    }
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
      '/',
      '/ws',
      '/ws/groups/{groupId}',
    ]);
  });

  it('shows both ways to hand a token to Socket.IO, and the three ways of the plain WebSocket', () => {
    const schemesOf = (server: string) =>
      (document.servers[server]!['security'] as Reference[]).map(({ $ref }) => {
        const { type, in: place, name } = resolve(document, $ref) as Record<string, string | undefined>;
        return [type, place, name].filter((part) => part !== undefined).join(' ');
      });
    expect(schemesOf('socketIo')).toEqual(['apiKey password', 'http']);
    expect(schemesOf('webSocket')).toEqual([
      'http',
      'httpApiKey header Sec-WebSocket-Protocol',
      'httpApiKey query token',
    ]);
  });
});

function placeholders(text: string): string[] {
  return Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
}
