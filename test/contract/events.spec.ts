import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import { clientEventNames, serverEventNames } from '../../contract/events.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { EventValidator, fetchAsyncApi, type AsyncApiDocument } from '../support/validate-event.js';

describe('the event catalogue', () => {
  let app: TestApp;
  let document: AsyncApiDocument;
  beforeAll(async () => {
    app = await startTestApp();
    document = await fetchAsyncApi(app.url);
  });
  afterAll(() => app.stop());

  const messageNames = (prefix: string) =>
    Object.keys(document.components.messages)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();

  it.each(['client.', 'frame.client.', 'ack.', 'frame.ack.'])(
    'has exactly the client events of the contract as %s',
    (prefix) => {
      expect(messageNames(prefix)).toEqual([...clientEventNames].sort());
    },
  );

  it.each(['server.', 'frame.server.'])('has exactly the server events of the contract as %s', (prefix) => {
    expect(messageNames(prefix)).toEqual([...serverEventNames].sort());
  });

  it('documents nothing but events, acknowledgements and the refused handshake', () => {
    const documented = Object.keys(document.components.messages);
    const perClientEvent = 4;
    const perServerEvent = 2;
    expect(documented).toContain('connect_error');
    expect(documented).toHaveLength(
      clientEventNames.length * perClientEvent + serverEventNames.length * perServerEvent + 1,
    );
  });

  it('gives an example of each message that its own schema takes', () => {
    const validator = new EventValidator(document);
    for (const [name, { examples }] of Object.entries(document.components.messages)) {
      expect(examples.length).toBeGreaterThan(0);
      for (const { payload } of examples) validator.assert(name, payload);
    }
  });

  it('gives examples of single fields that their schemas take', () => {
    const validator = new EventValidator(document);
    let count = 0;
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const { properties = {} } = schema as { properties?: Record<string, { examples?: unknown[] }> };
      for (const [field, { examples = [] }] of Object.entries(properties)) {
        for (const example of examples) {
          validator.assertSchema(`${name}/properties/${field}`, example);
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThan(0);
  });

  it('shows an acknowledged and a refused answer for every client event', () => {
    for (const event of clientEventNames) {
      const answers = document.components.messages[`ack.${event}`]!.examples.map(({ payload }) => payload);
      expect(answers).toEqual([
        { ok: true, data: (answers[0] as { data: unknown }).data },
        { ok: false, error: expect.objectContaining({ code: 'not_a_member' }) as unknown },
      ]);
    }
  });

  it('names every close code of the contract, and whether to come back', () => {
    const { webSocket } = document['servers'] as Record<string, { 'x-close-codes': Record<string, unknown>[] }>;
    const rows = webSocket?.['x-close-codes'] ?? [];
    expect(Object.fromEntries(rows.map(({ reason, code }) => [reason, code]))).toEqual(closeCodes);
    expect(rows.filter(({ comeBack }) => comeBack === true).map(({ code }) => code)).toEqual([4000, 4008, 4029]);
    for (const { meaning } of rows) expect(meaning).toMatch(/\.$/);
  });

  it('shows the same example as a frame: with the event as its type, and an id', () => {
    for (const event of clientEventNames) {
      const { payload } = document.components.messages[`client.${event}`]!.examples[0]!;
      const frame = document.components.messages[`frame.client.${event}`]!.examples[0]!.payload;
      expect(payload).not.toHaveProperty('type');
      expect(payload).not.toHaveProperty('id');
      expect(frame).toEqual({ type: event, id: 7, ...(payload as object) });
    }
  });

  it('is open: nobody has to log in to read it', async () => {
    const answers = await Promise.all(['asyncapi.json', 'events'].map((path) => fetch(`${app.url}/docs/${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});
