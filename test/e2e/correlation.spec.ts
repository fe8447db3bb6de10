import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import { DomainEvents } from '../../src/common/domain-events.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { aPicture, formOf } from '../support/upload.js';

describe('the correlation id of a request', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
  });
  afterAll(() => app.stop());

  it('goes into the domain event that it causes, also where one write stores the messages of many', async () => {
    const { id } = await ada.createGroup();
    const caused = new Map<string, string | null>();
    const { stop } = app.app.get(DomainEvents).listen((event) => {
      if (event.name === 'message.created') caused.set(event.payload.message.content ?? '', event.correlationId);
    });
    const ids = Array.from({ length: 30 }, (_nothing, index) => `request-${String(index)}`);
    await Promise.all(
      ids.map(async (correlationId) => {
        const headers = { 'x-correlation-id': correlationId };
        const body = { content: `of ${correlationId}` };
        expectStatus(await ada.api.request<MessageView>('POST', `/groups/${id}/messages`, body, headers), 201);
      }),
    );
    stop();
    expect(new Map(ids.map((correlationId) => [`of ${correlationId}`, correlationId]))).toEqual(caused);
  });

  it('goes into what is done for it later, and not for the request before it', async () => {
    const { id } = await ada.createGroup();
    const caused = new Map<string, string | null>();
    const { stop } = app.app.get(DomainEvents).listen((event) => {
      if (event.name === 'attachment.updated') caused.set(event.payload.attachment.fileName, event.correlationId);
    });
    const ids = ['picture-1', 'picture-2', 'picture-3'];
    await Promise.all(
      ids.map(async (correlationId) => {
        const form = formOf({ groupId: id }, { ...aPicture(), name: correlationId });
        const headers = { 'x-correlation-id': correlationId };
        expectStatus(await ada.api.request('POST', '/attachments', form, headers), 201);
      }),
    );
    await eventually(() => caused.size === ids.length);
    stop();
    expect(new Map(ids.map((correlationId) => [correlationId, correlationId]))).toEqual(caused);
  });
});
