import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { FoundMessageView, Page } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { upload } from '../support/upload.js';
import { walkPages } from '../support/walk-pages.js';

describe('searching messages', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const pathOf = (q: string, more = '') => `/search/messages?q=${encodeURIComponent(q)}${more}`;
  const find = async (by: Person, q: string, more = '') =>
    expectStatus(await by.api.get<Page<FoundMessageView>>(pathOf(q, more)), 200).items;
  const contents = async (by: Person, q: string, more = '') =>
    (await find(by, q, more)).map(({ message }) => message.content);
  /** Entries follow their messages in the background. */
  const eventuallyFinds = (by: Person, q: string, expected: string[], more = '') =>
    eventually(async () => {
      expect(await contents(by, q, more)).toEqual(expected);
      return true;
    });
  /** A group of Ada and Bob with these messages by Ada, all of them indexed. */
  const aGroupWith = async (...texts: string[]) => {
    const group = await ada.createGroup({ memberIds: [bob.id] });
    for (const text of texts) await ada.sendMessage(group.id, text);
    await indexed(group.id, texts.length);
    return group.id;
  };
  const indexed = (groupId: string, rev: number) =>
    eventually(async () => {
      const progress = app.connection.collection<{ _id: string; rev: number }>('search_progress');
      return ((await progress.findOne({ _id: groupId }))?.rev ?? 0) >= rev;
    });

  it('finds messages that carry files, or that carry none', async () => {
    const groupId = await aGroupWith('harpsichord alone');
    const file = await upload(ada, groupId);
    await ada.sendMessage(groupId, 'harpsichord with a file', { attachmentIds: [file.id] });
    const inGroup = `&groupId=${groupId}`;
    await eventuallyFinds(bob, 'harpsichord', ['harpsichord with a file'], `${inGroup}&hasAttachment=true`);
    expect(await contents(bob, 'harpsichord', `${inGroup}&hasAttachment=false`)).toEqual(['harpsichord alone']);
    expectStatus(await ada.api.delete(`/attachments/${file.id}`), 204);
    expect(await contents(bob, 'harpsichord', `${inGroup}&hasAttachment=true`)).toEqual([]);
    await indexed(groupId, 3);
    expect(await contents(bob, 'harpsichord', `${inGroup}&hasAttachment=false`)).toHaveLength(2);
    expectProblem(await bob.api.get(pathOf('harpsichord', '&hasAttachment=maybe')), 'validation_failed');
  });

  it('finds words and their beginnings, whatever their case and accents', async () => {
    const groupId = await aGroupWith('Grüße aus Zürich', 'The ZURICH office', 'Nothing of the kind');
    const inGroup = `&groupId=${groupId}`;
    expect(await contents(bob, 'zürich', inGroup)).toEqual(['The ZURICH office', 'Grüße aus Zürich']);
    expect(await contents(bob, 'Zur', inGroup)).toEqual(['The ZURICH office', 'Grüße aus Zürich']);
    expect(await contents(bob, 'GRUSSE', inGroup)).toEqual(['Grüße aus Zürich']);
    expect(await contents(bob, 'urich', inGroup)).toEqual([]);
  });

  it.each([
    ['我在北京大学学习中文', '北京'],
    ['我在北京大学学习中文', '大学'],
    ['我在北京大学学习中文', '京大学学'],
    ['東京都に住んでいます', '京都'],
    ['カメラを買いました', 'カメラ'],
    ['ｶﾞｲﾄﾞ を見て', 'ガイド'],
    ['ภาษาไทยไม่มีช่องว่าง', 'ไทย'],
    ['학교에서 만나요', '학교'],
    ['हिन्दी में लिखा', 'हिन्दी'],
    ['Привет, как дела?', 'прив'],
    ['שָׁלוֹם לכולם', 'שלום'],
    ['Η ΟΔΟΣ', 'οδος'],
  ])('finds in any language: %s by %s', async (text, q) => {
    const groupId = await aGroupWith(text);
    expect(await contents(bob, q, `&groupId=${groupId}`)).toEqual([text]);
  });

  it('finds messages that have all of the words, and phrases only as they stand', async () => {
    const groupId = await aGroupWith('the kernel panics at night', 'panic in the kernel room', 'a kernel of truth');
    const inGroup = `&groupId=${groupId}`;
    expect((await contents(bob, 'kernel panic', inGroup)).sort()).toEqual([
      'panic in the kernel room',
      'the kernel panics at night',
    ]);
    expect(await contents(bob, '"the kernel" panic', inGroup)).toHaveLength(2);
    expect(await contents(bob, '"kernel panics"', inGroup)).toEqual(['the kernel panics at night']);
    expect(await contents(bob, '"kernel panic"', inGroup)).toEqual([]);
    expect(await contents(bob, 'kernel of', inGroup)).toEqual(['a kernel of truth']);
  });

  it('puts whole words before beginnings, near ones before far ones, and then the newest first', async () => {
    const groupId = await aGroupWith('kernel panic', 'a kernel that may well panic', 'kernel panics', 'kernel panic!');
    expect(await contents(bob, 'kernel panic', `&groupId=${groupId}`)).toEqual([
      'kernel panic!',
      'kernel panic',
      'a kernel that may well panic',
      'kernel panics',
    ]);
  });

  it('marks what was found, as it was written, and leaves markup alone', async () => {
    const groupId = await aGroupWith('<b>Café</b> & cafe\u0301s, ﬁne');
    const [found] = await find(bob, 'cafe fin', `&groupId=${groupId}`);
    expect(found!.snippet).toEqual([
      { text: '<b>', isMatch: false },
      { text: 'Café', isMatch: true },
      { text: '</b> & ', isMatch: false },
      { text: 'café', isMatch: true },
      { text: 's, ', isMatch: false },
      { text: 'ﬁn', isMatch: true },
      { text: 'e', isMatch: false },
    ]);
    expect(found!.message).toEqual((await bob.api.get(`/messages/${found!.message.id}`)).body);
  });

  it('searches only in my groups, and in a group that I have left not any more', async () => {
    const groupId = await aGroupWith('a xylophone');
    const stranger = await aPerson(app);
    expect(await contents(stranger, 'xylophone')).toEqual([]);
    expectProblem(await stranger.api.get(pathOf('xylophone', `&groupId=${groupId}`)), 'not_a_member');
    expect(await contents(bob, 'xylophone')).toEqual(['a xylophone']);
    await bob.api.post(`/groups/${groupId}/leave`);
    expect(await contents(bob, 'xylophone')).toEqual([]);
    expectProblem(await bob.api.get(pathOf('xylophone', `&groupId=${groupId}`)), 'not_a_member');
    expect(await contents(ada, 'xylophone')).toEqual(['a xylophone']);
    await ada.api.delete(`/groups/${groupId}`);
    expect(await contents(ada, 'xylophone')).toEqual([]);
  });

  it('does not find what is deleted from that moment on, and finds it again when it is restored', async () => {
    const groupId = await aGroupWith('a hurdygurdy');
    const [found] = await find(ada, 'hurdygurdy');
    await ada.api.delete(`/messages/${found!.message.id}`);
    expect(await contents(ada, 'hurdygurdy')).toEqual([]);
    await indexed(groupId, 2);
    await ada.api.post(`/messages/${found!.message.id}/restore`);
    await eventuallyFinds(bob, 'hurdygurdy', ['a hurdygurdy']);
  });

  it('finds an edited message by its new words, and by its old ones not any more', async () => {
    await aGroupWith('a glockenspiel');
    const [found] = await find(ada, 'glockenspiel');
    await ada.api.put(`/messages/${found!.message.id}`, { content: 'a vibraphone' });
    expect(await contents(bob, 'glockenspiel')).toEqual([]);
    await eventuallyFinds(bob, 'vibraphone', ['a vibraphone']);
    expect(await contents(bob, 'glockenspiel')).toEqual([]);
  });

  it('keeps no word of what was deleted for good', async () => {
    const groupId = await aGroupWith('a theremin');
    const [found] = await find(ada, 'theremin');
    const admin = await aPerson(app);
    const users = app.connection.collection<{ _id: string }>('users');
    await users.updateOne({ _id: admin.id }, { $set: { role: 'admin' } });
    const { api } = await admin.logInAgain();
    expectStatus(await api.delete(`/messages/${found!.message.id}?hard=true`), 204);
    await indexed(groupId, 2);
    const entries = app.connection.collection('search_entries');
    expect(await entries.findOne({ groupId })).toMatchObject({ terms: '', keys: [], rev: 2 });
  });

  it('narrows by sender and by time', async () => {
    const groupId = await aGroupWith('marimba one');
    await bob.sendMessage(groupId, 'marimba two');
    await indexed(groupId, 2);
    expect(await contents(ada, 'marimba', `&senderId=${bob.id.toUpperCase()}`)).toEqual(['marimba two']);
    const all = await find(ada, 'marimba');
    const [two, one] = all.map(({ message }) => message.createdAt);
    expect(await contents(ada, 'marimba', `&from=${two!}`)).toContain('marimba two');
    expect(await contents(ada, 'marimba', `&to=${one!}`)).toEqual([]);
    expect(await contents(ada, 'marimba', `&from=2026-01-01T00:00:00Z&to=2999-01-01T00:00:00Z`)).toHaveLength(2);
    for (const wrong of ['from=tomorrow', 'to=2026-W10', 'from=2026-01-01', 'to=2026-01-01T00:00:00']) {
      expectProblem(await ada.api.get(pathOf('marimba', `&${wrong}`)), 'validation_failed');
    }
    const reversed = '&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z';
    expectProblem(await ada.api.get(pathOf('marimba', reversed)), 'validation_failed');
  });

  it('gives each once, page by page, while more are sent', async () => {
    const texts = Array.from({ length: 23 }, (_, index) =>
      index % 3 === 0 ? `celestas ${index}` : `celesta ${index}`,
    );
    const groupId = await aGroupWith(...texts);
    const walked = await walkPages<FoundMessageView>(bob.api, pathOf('celesta', '&limit=5'), async () => {
      await ada.sendMessage(groupId, 'celesta, once more');
    });
    const whole = texts.filter((text) => !text.includes('celestas')).reverse();
    const beginnings = texts.filter((text) => text.includes('celestas')).reverse();
    expect(walked.map(({ message }) => message.content)).toEqual([...whole, ...beginnings]);
  });

  it('takes no cursor of another search or list', async () => {
    const groupId = await aGroupWith('ocarina 1', 'ocarina 2');
    const { nextCursor } = expectStatus(
      await bob.api.get<Page<FoundMessageView>>(pathOf('ocarina', `&limit=1&groupId=${groupId}`)),
      200,
    );
    expect(nextCursor).not.toBeNull();
    expectProblem(await bob.api.get(pathOf('ocarina', `&limit=1&cursor=${nextCursor!}`)), 'validation_failed');
    expectProblem(await bob.api.get(`/messages?cursor=${nextCursor!}`), 'validation_failed');
    expectProblem(await bob.api.get(pathOf('ocarina', '&cursor=nonsense')), 'validation_failed');
  });

  it.each([
    '',
    ' ',
    '...',
    '!?@#',
    '""',
    'ab',
    'a b c',
    '"to be"',
    '.*',
    '^$',
    'x'.repeat(limits.search.maxLength + 1),
    Array.from({ length: limits.search.maxWords + 1 }, (_, index) => `word${index}`).join(' '),
    'half \ud83d',
  ])('is refused without a word to go by, or too many: %j', async (q) => {
    // A lone surrogate cannot be sent in a URL: what arrives is the replacement character.
    const answer = await ada.api.get(q.isWellFormed() ? pathOf(q) : `/search/messages?q=%ed%a0%bd`);
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual(['q']);
  });

  it.each(['q[$ne]=x', 'q=dog&q=cat', 'q=dog&groupId=1', 'q=dog&senderId=me', 'q=dog&limit=0', 'q=dog&regex=1', ''])(
    'is refused with a wrong query: %s',
    async (query) => {
      expectProblem(await ada.api.get(`/search/messages?${query}`), 'validation_failed');
    },
  );

  it.each(['oboe.*', '(oboe', '[oboe]', '^oboe$', 'oboe\\', '$where oboe', '{"$gt":"oboe"}'])(
    'takes nothing for an operator or a pattern: %s',
    async (q) => {
      const groupId = await aGroupWith('an oboe', 'a bassoon');
      const words = q.includes('where') || q.includes('gt') ? [] : ['an oboe'];
      expect(await contents(ada, q, `&groupId=${groupId}`)).toEqual(words);
    },
  );
});
