import type { Type } from '@nestjs/common';

import { clientEventNames, serverEventNames } from '../../contract/events.js';
import { ProblemModel } from '../common/http/api-docs.js';
import { payloadClasses } from './dto/client-event.dto.js';
import { notAMember } from './event-catalogue-examples.js';
import { clientEventRows, serverEventRows } from './event-catalogue-rows.js';
import { closed, schemaReference, type JsonSchema, type JsonSchemas } from './event-catalogue-schemas.js';

/** Something that goes over the wire: its schema and an example of it. */
export interface Documented {
  schema: JsonSchema;
  examples: readonly unknown[];
}

/** One event of one direction, in the form of both transports. */
export interface EventEntry {
  /** Who sends it. */
  direction: 'client' | 'server';
  event: string;
  meaning: string;
  /** Socket.IO: the argument behind the event's name. */
  payload: Documented;
  /** Plain WebSocket: the whole frame. */
  frame: Documented;
  /** The answer to a client event. `data`: what a successful one carries. */
  ack?: { data: JsonSchema; socketIo: Documented; frame: Documented };
}

/** An `id` of a client's frame in the examples. */
const exampleId = 7;
const idSchema: JsonSchema = { type: ['string', 'number'], maxLength: 128 };

/** All events of the contract, out of their rows and the schemas of their classes. */
export function documentEvents(schemas: JsonSchemas): readonly EventEntry[] {
  const fromClients = clientEventNames.map((event): EventEntry => {
    const { meaning, example, ack } = clientEventRows[event];
    const payload = payloadClasses[event].name;
    const id = { ...idSchema, description: 'Whatever the client likes; with it, the frame is acknowledged' };
    return {
      direction: 'client',
      event,
      meaning,
      payload: { schema: schemaReference(payload), examples: [example] },
      frame: {
        schema: closed(frameSchema(event, requireSchema(schemas, payload), { id })),
        examples: [{ type: event, id: exampleId, ...example }],
      },
      ack: documentAck(dataSchema(ack.model), ack.example),
    };
  });
  const fromServer = serverEventNames.map((event): EventEntry => {
    const { meaning, model, example } = serverEventRows[event];
    const { name } = model;
    return {
      direction: 'server',
      event,
      meaning,
      payload: { schema: schemaReference(name), examples: [example] },
      frame:
        event === 'error'
          ? {
              schema: objectSchema({ type: { const: event }, error: schemaReference(name) }),
              examples: [{ type: event, error: example }],
            }
          : {
              schema: frameSchema(event, requireSchema(schemas, name)),
              examples: [{ type: event, ...example }],
            },
    };
  });
  return [...fromClients, ...fromServer];
}

function documentAck(data: JsonSchema, example: unknown): NonNullable<EventEntry['ack']> {
  const error = schemaReference(ProblemModel.name);
  const form = (around: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
    oneOf: [
      objectSchema({ ...around, ok: { const: true }, data }),
      objectSchema({ ...around, ok: { const: false }, error }),
    ],
  });
  const done = { ok: true, data: example };
  const refused = { ok: false, error: notAMember };
  const around = { type: 'ack', id: exampleId };
  return {
    data,
    socketIo: { schema: form({}), examples: [done, refused] },
    frame: {
      schema: form({ type: { const: 'ack' }, id: idSchema }),
      examples: [
        { ...around, ...done },
        { ...around, ...refused },
      ],
    },
  };
}

/** The payload's fields with the event's name as `type` beside them. */
function frameSchema(event: string, payload: JsonSchema, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return {
    type: 'object',
    properties: { type: { const: event }, ...optional, ...payload.properties },
    required: ['type', ...(payload.required ?? [])],
  };
}

function objectSchema(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

function dataSchema(model: Type | readonly [Type] | null): JsonSchema {
  if (model === null) return { type: 'null' };
  return typeof model === 'function'
    ? schemaReference(model.name)
    : { type: 'array', items: schemaReference(model[0].name) };
}

function requireSchema(schemas: JsonSchemas, name: string): JsonSchema {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`there is no schema of ${name}`);
  return schema;
}
