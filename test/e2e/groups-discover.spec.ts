import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DiscoveredChannelView, Page } from '../../contract/views.js';
import { explained } from '../support/explained.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('discovering channels', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const discover = async (query: string, by = ada) =>
    expectStatus(await by.api.get<Page<DiscoveredChannelView>>(`/groups/discover?${query}`), 200);
  const named = async (q: string) =>
    (await discover(`limit=100&q=${encodeURIComponent(q)}`)).items.map(({ name }) => name);
  const aChannel = (name: string, by = ada) => by.createGroup({ kind: 'channel', name });
  /** A word that no other test uses. */
  const aWord = () => randomUUID().slice(0, 8);

  it('shows a channel with its number of members, and whether I am one', async () => {
    const { role: _role, otherUser: _otherUser, ...channel } = await aChannel(`Engines ${aWord()}`);
    const q = `q=${encodeURIComponent(channel.name!)}`;
    expect((await discover(q)).items).toEqual([{ ...channel, memberCount: 1, joined: true }]);
    expect((await discover(q, bob)).items).toEqual([{ ...channel, memberCount: 1, joined: false }]);
    expectStatus(await bob.api.post(`/groups/${channel.id}/join`), 200);
    expect((await discover(q, bob)).items).toEqual([{ ...channel, memberCount: 2, joined: true }]);
    expectStatus(await bob.api.post(`/groups/${channel.id}/leave`), 204);
    expect((await discover(q, bob)).items).toEqual([{ ...channel, memberCount: 1, joined: false }]);
  });

  it('finds any part of a name, short or long, in either case and width', async () => {
    const word = aWord();
    const name = `Steam Engines ${word} of Ériu 🎈`;
    await aChannel(name);
    const parts = [name, word, `engines ${word}`, `ENGINES ${word.toUpperCase()} OF`, `${word} of ériu`, '🎈'];
    for (const part of [...parts, ` ${word} `, `ｅｎｇｉｎｅｓ ${word}`]) expect(await named(part)).toContain(name);
    for (const part of [`${word}${word}`, `engine ${word}`, `steam ${word}`, `${word} of ériu 🎈!`]) {
      expect(await named(part)).toEqual([]);
    }
  });

  it('takes what is typed for text, whatever it would mean elsewhere', async () => {
    const word = aWord();
    const name = `${word} .* $where (a+)+ "quoted" \\ %_ [x]`;
    await aChannel(name);
    for (const part of [`${word} .*`, '$where (a+)+', '"quoted" \\ %_', ' [x]'])
      expect(await named(part)).toContain(name);
    for (const part of [`${word} ..`, `${word} (.*)`, `^${word}`, '$where (aa)+']) {
      expect(await named(part)).toEqual([]);
    }
  });

  it('shows no private group, no direct conversation and no channel that was closed', async () => {
    const word = aWord();
    await ada.createGroup({ name: `private ${word}` });
    await ada.api.put(`/groups/direct/${bob.id}`);
    const closed = await aChannel(`closed ${word}`);
    expect(await named(word)).toEqual([closed.name]);
    expectStatus(await ada.api.delete(`/groups/${closed.id}`), 204);
    expect(await named(word)).toEqual([]);
  });

  it('finds a renamed channel by its new name and not by its old one', async () => {
    const [former, present] = [aWord(), aWord()];
    const channel = await aChannel(`was ${former}`);
    expectStatus(await ada.api.patch(`/groups/${channel.id}`, { name: `is ${present}` }), 200);
    expect(await named(former)).toEqual([]);
    expect(await named(present)).toEqual([`is ${present}`]);
  });

  it('goes by name, page by page, without a skip or a repetition while others are made', async () => {
    const word = aWord();
    const names = Array.from({ length: 9 }, (_, index) => `${word} ${String(index)}`);
    for (const name of names.toReversed()) await aChannel(name);
    const seen = await walkPages<DiscoveredChannelView>(ada.api, `/groups/discover?q=${word}&limit=2`, async (page) => {
      await aChannel(`${word} 0 before ${String(page)}`);
      await aChannel(`${word} ~ behind ${String(page)}`);
    });
    expect(seen.map(({ name }) => name).filter((name) => names.includes(name!))).toEqual(names);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  it('takes no cursor of another list', async () => {
    for (const cursor of ['nonsense', Buffer.from('["users","a"]').toString('base64url')]) {
      expectProblem(await ada.api.get(`/groups/discover?cursor=${cursor}`), 'validation_failed');
    }
    expectProblem(await ada.api.get(`/groups/discover?q=${'x'.repeat(201)}`), 'validation_failed');
    expectProblem(await ada.api.get('/groups/discover?kind=group'), 'validation_failed');
  });

  describe('among many', () => {
    let word: string;
    beforeAll(async () => {
      word = aWord();
      for (let batch = 0; batch < 20; batch += 1) {
        await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            aChannel(`${word} room ${String(batch * 20 + index).padStart(3, '0')}`),
          ),
        );
      }
    }, 120_000);

    it.each([
      ['all of them', '', 50],
      ['by one letter', 'q=o&limit=50', 50],
      ['by the beginning of the name', 'q=WORD&limit=50', 50],
      ['by a part of the middle', 'q=room&limit=50', 50],
      ['by the end of a long text', 'q=WORD%20room%20123', 1],
      ['by a text that none has', 'q=WORD%20room%20999', 0],
    ])('reads an index in its order, and little more than it shows: %s', async (_what, query, expected) => {
      const queries = await explained(app, 'groups', async () => {
        expect((await discover(query.replace('WORD', word))).items).toHaveLength(expected);
      });
      expect(queries).toHaveLength(1);
      for (const { isCollectionScan, sorts, documentsExamined } of queries) {
        expect({ isCollectionScan, sorts }).toEqual({ isCollectionScan: false, sorts: false });
        expect(documentsExamined).toBeLessThanOrEqual(3 * (expected + 1));
      }
    });

    it('looks one up by its name, and a direct conversation by its pair, through an index', async () => {
      const byName = await explained(app, 'groups', () => bob.api.get(`/groups/by-name/${word} room 123`));
      const byPair = await explained(app, 'groups', () => bob.api.put(`/groups/direct/${ada.id}`));
      expect([byName.length, byPair.length].every((count) => count > 0)).toBe(true);
      for (const { isCollectionScan, documentsExamined } of [...byName, ...byPair]) {
        expect(isCollectionScan).toBe(false);
        expect(documentsExamined).toBeLessThanOrEqual(1);
      }
    });
  });
});
