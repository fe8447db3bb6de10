import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { FoundMessageView, MessageView, Page } from '../../contract/views.js';
import { MessageTimeline } from '../../src/messages/message-timeline.js';
import { MessagesRepository } from '../../src/messages/messages.repository.js';
import { PinnedMessagesRepository } from '../../src/messages/pinned-messages.repository.js';
import { ThreadsRepository } from '../../src/messages/threads.repository.js';
import { SearchEntriesRepository } from '../../src/search/search-entries.repository.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Bob is removed from the group while his request is on its way, and then something is said there. */
describe('a reader who is removed while the server reads for him', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.stop());

  const aGroup = async () => {
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    return { id, message: await ada.sendMessage(id, 'for both') };
  };

  /** What is done before the first read of the kind. */
  const removal = (id: string, replyToId: string) => async () => {
    expectStatus(await ada.api.delete(`/groups/${id}/members/${bob.id}`), 204);
    const secret = await ada.sendMessage(id, 'he is gone', { replyToId });
    await ada.api.put(`/messages/${secret.id}/pin`);
  };

  function before<Method extends string>(
    repository: Record<Method, (...args: never[]) => Promise<unknown>>,
    method: Method,
    act: () => Promise<void>,
  ): void {
    const original = repository[method].bind(repository) as (...args: unknown[]) => Promise<unknown>;
    let isFirst = true;
    jest.spyOn(repository, method as never).mockImplementation((async (...args: unknown[]) => {
      if (isFirst) {
        isFirst = false;
        await act();
      }
      return original(...args);
    }) as never);
  }

  it.each(['limit=10', 'limit=10&after=0'])('is not given the messages of the group: %s', async (query) => {
    const { id, message } = await aGroup();
    before(app.app.get(MessagesRepository), 'listRange', removal(id, message.id));
    expectProblem(await bob.api.get(`/groups/${id}/messages?${query}`), 'not_a_member');
  });

  it('is not given a thread', async () => {
    const { id, message } = await aGroup();
    before(app.app.get(ThreadsRepository), 'list', removal(id, message.id));
    expectProblem(await bob.api.get(`/messages/${message.id}/thread`), 'not_a_member');
  });

  it('is not given what is pinned', async () => {
    const { id, message } = await aGroup();
    before(app.app.get(PinnedMessagesRepository), 'list', removal(id, message.id));
    expectProblem(await bob.api.get(`/groups/${id}/pins`), 'not_a_member');
  });

  it('is given of his recent messages only those of his other groups', async () => {
    const [{ id, message }, other] = [await aGroup(), await aGroup()];
    before(app.app.get(MessageTimeline), 'listNewest', removal(id, message.id));
    const { items } = expectStatus(await bob.api.get<Page<MessageView>>('/messages?limit=2'), 200);
    expect(items.map(({ id: messageId }) => messageId)).toEqual([other.message.id]);
  });
  it('is given of what he searches only what is in his other groups', async () => {
    const [{ id, message }, other] = [await aGroup(), await aGroup()];
    const search = async () =>
      expectStatus(await bob.api.get<Page<FoundMessageView>>('/search/messages?q=both&limit=2'), 200).items.map(
        (found) => found.message.id,
      );
    await eventually(async () => {
      expect(await search()).toEqual([other.message.id, message.id]);
      return true;
    });
    before(app.app.get(SearchEntriesRepository), 'listNewest', removal(id, message.id));
    expect(await search()).toEqual([other.message.id]);
  });
});
