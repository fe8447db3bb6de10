import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** What the tests read of the AsyncAPI document. */
export interface AsyncApiMessage {
  name: string;
  payload: object;
  examples: { payload: unknown }[];
}
export interface AsyncApiDocument {
  asyncapi: string;
  components: { schemas: Record<string, object>; messages: Record<string, AsyncApiMessage> };
  [key: string]: unknown;
}

const perServer = new Map<string, Promise<EventValidator>>();

/** The checks of what goes over the wire, out of the documentation that this server gives; fetched once a server. */
export function eventValidatorOf(url: string): Promise<EventValidator> {
  const known = perServer.get(url);
  if (known !== undefined) return known;
  const validator = fetchAsyncApi(url).then((document) => new EventValidator(document));
  perServer.set(url, validator);
  return validator;
}

export async function fetchAsyncApi(url: string): Promise<AsyncApiDocument> {
  const response = await fetch(`${url}/docs/asyncapi.json`);
  if (!response.ok) throw new Error(`${url}/docs/asyncapi.json answered ${response.status}`);
  return (await response.json()) as AsyncApiDocument;
}

/**
 * Holds what was sent and received against its documented schema. Stricter than the schema on one point: a field that
 * is not documented is a fault, though clients should not mind it.
 */
export class EventValidator {
  private readonly ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });

  constructor(private readonly document: AsyncApiDocument) {
    addFormats.default(this.ajv);
    this.ajv.addVocabulary(['components']);
    this.ajv.addSchema({ $id: 'asyncapi', components: closeObjects(document.components) });
  }

  /** A server event as Socket.IO delivers it. @throws Error that says what is wrong with it */
  assertEvent(event: string, payload: unknown): void {
    this.assert(`server.${event}`, payload);
  }

  /** A server event, or an `error`, as a frame of the plain WebSocket. @throws Error that says what is wrong with it */
  assertFrame(frame: { type: string }): void {
    this.assert(`frame.server.${frame.type}`, frame);
  }

  /** What Socket.IO's acknowledgement of a client event carries. @throws Error that says what is wrong with it */
  assertAck(event: string, answer: unknown): void {
    this.assert(`ack.${event}`, answer);
  }

  /** The frame that acknowledges a client event. @throws Error that says what is wrong with it */
  assertAckFrame(event: string, frame: unknown): void {
    this.assert(`frame.ack.${event}`, frame);
  }

  /** The data of Socket.IO's `connect_error`. @throws Error that says what is wrong with it */
  assertConnectError(data: unknown): void {
    this.assert('connect_error', data);
  }

  /**
   * Anything that has a message of this name among the document's components.
   *
   * @throws Error that says what is wrong with it, or that there is no such message
   */
  assert(message: string, value: unknown): void {
    if (!(message in this.document.components.messages)) throw new Error(`${message} is not documented`);
    this.assertAt(`messages/${message}/payload`, message, value);
  }

  /** @param schema a schema among the document's components, or a place in one, such as `Message/properties/seq` */
  assertSchema(schema: string, value: unknown): void {
    this.assertAt(`schemas/${schema}`, schema, value);
  }

  private assertAt(place: string, name: string, value: unknown): void {
    const validate: ValidateFunction | undefined = this.ajv.getSchema(`asyncapi#/components/${place}`);
    if (validate === undefined) throw new Error(`the document has no ${place}`);
    if (validate(value)) return;
    throw new Error(
      `not a valid ${name}: ${this.ajv.errorsText(validate.errors, { dataVar: '' })}\n${JSON.stringify(value)}`,
    );
  }
}

/** Every object that names its fields has these fields and no others. */
function closeObjects(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closeObjects);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeObjects(value)]));
  const namesFields = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return namesFields ? { ...copy, additionalProperties: false } : copy;
}
