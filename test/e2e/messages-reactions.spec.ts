import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { MessageView, ReactionView } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Different ones, one after the other from the smileys. */
const emoji = (index: number) => String.fromCodePoint(0x1f600 + index);

describe('reactions', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  let groupId: string;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    groupId = (await ada.createGroup({ memberIds: [bob.id] })).id;
  });
  afterAll(() => app.stop());

  const path = ({ id }: MessageView, text: string) => `/messages/${id}/reactions/${encodeURIComponent(text)}`;
  const react = (by: Person, message: MessageView, text: string) => by.api.put<ReactionView[]>(path(message, text));
  const unreact = (by: Person, message: MessageView, text: string) =>
    by.api.delete<ReactionView[]>(path(message, text));
  const get = async (by: Person, { id }: MessageView) =>
    expectStatus(await by.api.get<MessageView>(`/messages/${id}`), 200);

  it('are counted, each person once, in the order of their first use', async () => {
    const message = await ada.sendMessage(groupId);
    expect(expectStatus(await react(ada, message, '👍'), 200)).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    await react(bob, message, '🎉');
    await react(bob, message, '👍');
    expect((await get(ada, message)).reactions).toEqual([
      { emoji: '👍', count: 2, mine: true },
      { emoji: '🎉', count: 1, mine: false },
    ]);
    expect(expectStatus(await unreact(ada, message, '👍'), 200)).toEqual([
      { emoji: '👍', count: 1, mine: false },
      { emoji: '🎉', count: 1, mine: false },
    ]);
  });

  it('may be added and taken back twice, and the second time nothing changes', async () => {
    const message = await ada.sendMessage(groupId);
    const before = [await react(bob, message, '👍'), await get(bob, message)] as const;
    expect([(await react(bob, message, '👍')).body, await get(bob, message)]).toEqual([before[0].body, before[1]]);
    await unreact(bob, message, '👍');
    const after = await get(bob, message);
    expect(expectStatus(await unreact(bob, message, '👍'), 200)).toEqual([]);
    expect(expectStatus(await unreact(bob, message, '🎉'), 200)).toEqual([]);
    expect(await get(bob, message)).toEqual(after);
    expect([before[1].rev, after.rev]).toEqual([message.rev + 1, message.rev + 2]);
  });

  it(`are of at most ${String(limits.reaction.maxDifferent)} kinds on a message`, async () => {
    const { maxDifferent } = limits.reaction;
    const message = await ada.sendMessage(groupId);
    for (let index = 0; index < maxDifferent; index += 1) expectStatus(await react(ada, message, emoji(index)), 200);
    expectProblem(await react(ada, message, emoji(maxDifferent)), 'conflict');
    expectProblem(await react(bob, message, emoji(maxDifferent)), 'conflict');
    // Of a kind that is there already there may be more, and a kind that nobody uses any more makes room.
    expectStatus(await react(bob, message, emoji(0)), 200);
    await unreact(ada, message, emoji(1));
    expectStatus(await react(bob, message, emoji(maxDifferent)), 200);
    expect((await get(bob, message)).reactions).toHaveLength(maxDifferent);
  });

  it('of many at once are all there', async () => {
    const message = await ada.sendMessage(groupId);
    const answers = await Promise.all(
      [ada, bob].flatMap((person) => Array.from({ length: 10 }, (_, index) => react(person, message, emoji(index)))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { reactions, rev } = await get(ada, message);
    expect(reactions.map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 2));
    expect(rev).toBe(message.rev + 20);
  });

  it('are one emoji each, whatever it is made of', async () => {
    const message = await ada.sendMessage(groupId);
    for (const text of ['❤️', '👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', '1️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿']) {
      expect(expectStatus(await react(ada, message, text), 200).map((one) => one.emoji)).toContain(text);
    }
    for (const text of ['a', '👍👍', '+1', ' ', '👍 ', '1', '<b>', '\u200d', ':thumbsup:', 'x'.repeat(100)]) {
      expectProblem(await react(ada, message, text), 'validation_failed');
      expectProblem(await unreact(ada, message, text), 'validation_failed');
    }
  });

  it('are shown no more and not added while the message is deleted, and are there when it is restored', async () => {
    const message = await ada.sendMessage(groupId);
    await react(bob, message, '👍');
    await ada.api.delete(`/messages/${message.id}`);
    expect((await get(bob, message)).reactions).toEqual([]);
    expectProblem(await react(bob, message, '🎉'), 'gone');
    expectProblem(await unreact(bob, message, '👍'), 'gone');
    await ada.api.post(`/messages/${message.id}/restore`);
    expect((await get(bob, message)).reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
  });
});
