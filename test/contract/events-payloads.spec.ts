import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames, type ClientEventName } from '../../contract/events.js';
import { validationPipe } from '../../src/common/validation.js';
import { payloadClasses } from '../../src/realtime/dto/client-event.dto.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { EventValidator, fetchAsyncApi, type AsyncApiDocument } from '../support/validate-event.js';

interface FieldSchema {
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
}

const uuid = '0197b6a0-1111-7000-8000-0000000000a1';

/** Values for one field on both sides of every limit that its schema names, and of every type. */
function candidatesFor({ minLength, maxLength, minimum, maximum, enum: values = [] }: FieldSchema): unknown[] {
  const lengths = [minLength, maxLength].flatMap((length) =>
    length === undefined ? [] : [length - 1, length, length + 1],
  );
  const numbers = [minimum, maximum].flatMap((limit) => (limit === undefined ? [] : [limit - 1, limit, limit + 1]));
  return [
    ...[undefined, null, true, false, 0, 1, -1, 1.5, '', 'x', '1', 'true', uuid, [], [uuid], {}, { [uuid]: {} }],
    { [uuid]: { rev: 1, epoch: uuid } },
    { [uuid]: { rev: -1, epoch: uuid } },
    { [uuid]: { rev: 1 } },
    { [uuid]: { rev: 1, epoch: uuid, more: 1 } },
    { [uuid]: null },
    ...lengths.filter((length) => length >= 0).map((length) => '😀'.repeat(length)),
    ...numbers,
    ...values,
  ];
}

describe('the documented payload of a client event', () => {
  const pipe = validationPipe();
  let app: TestApp;
  let document: AsyncApiDocument;
  let validator: EventValidator;
  beforeAll(async () => {
    app = await startTestApp();
    document = await fetchAsyncApi(app.url);
    validator = new EventValidator(document);
  });
  afterAll(() => app.stop());

  const isDocumented = (event: ClientEventName, payload: unknown): boolean => {
    try {
      validator.assert(`client.${event}`, payload);
      return true;
    } catch {
      return false;
    }
  };
  const isTaken = async (event: ClientEventName, payload: object): Promise<boolean> => {
    try {
      // Over the wire an undefined field is an absent one.
      const sent: unknown = JSON.parse(JSON.stringify(payload));
      await pipe.transform(sent, { type: 'body', metatype: payloadClasses[event] });
      return true;
    } catch {
      return false;
    }
  };

  it.each(clientEventNames)('is what the server takes: %s', async (event) => {
    const { payload, examples } = document.components.messages[`client.${event}`]!;
    const name = (payload as { $ref: string }).$ref.split('/').at(-1)!;
    const { properties } = document.components.schemas[name] as { properties: Record<string, FieldSchema> };
    const example = examples[0]!.payload as object;
    const variants = [
      example,
      { ...example, surprise: 1 },
      ...Object.entries(properties).flatMap(([field, schema]) =>
        candidatesFor(schema).map((value) => ({ ...example, [field]: value })),
      ),
    ];
    const differences: string[] = [];
    let taken = 0;
    for (const variant of variants) {
      const documented = isDocumented(event, JSON.parse(JSON.stringify(variant)));
      const accepted = await isTaken(event, variant);
      if (accepted) taken += 1;
      if (documented !== accepted) {
        differences.push(`documented: ${documented}, taken: ${accepted}: ${JSON.stringify(variant).slice(0, 200)}`);
      }
    }
    expect(differences).toEqual([]);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(variants.length);
  });
});
