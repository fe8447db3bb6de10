import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { FoundMessageView, MessageView, MyGroupView, Page } from '../../contract/views.js';
import { parseLog } from '../../tools/support/irc-log.js';
import type { ExportLine, MessageLine } from '../../tools/support/export-lines.js';
import { maxLineBytes } from '../../tools/support/json-lines.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { ProgramProcess } from '../support/program-process.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { anArchive, aPicture, aText, download, upload } from '../support/upload.js';
import { walkPages } from '../support/walk-pages.js';

interface Summary {
  group: { id: string; name: string; isNew: boolean };
  lines: number;
  messages: { imported: number; alreadyThere: number; laterTimes: number };
  people: { made: number; found: number; mapped: number };
  files: { imported: number };
  events: number;
  skipped: { count: number; named: { line: number; reason: string }[] };
  notes: string[];
}

const ircDay = join(import.meta.dirname, '../data/irc/2008-04-27.raw.txt');
const linesOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportLine);
const isMessage = (line: ExportLine): line is MessageLine => line.type === 'message';

describe('npm run export and npm run import', () => {
  const yard = new ProcessYard();
  // Each runs programs that start and stop: seconds, but many on a machine that does other things.
  jest.setTimeout(120_000);
  let app: TestApp;
  let folder: string;

  beforeAll(async () => {
    app = await startTestApp();
    folder = await yard.folder();
  });
  afterAll(async () => {
    await yard.clear();
    await app.stop();
  });

  const environmentOf = (name: string) => ({
    MONGODB_URI: process.env['CONFAB_TEST_MONGODB_URI']!,
    DATABASE_NAME: name,
    DATA_DIR: folder,
  });
  const here = () => environmentOf(app.connection.name);
  const path = (name: string) => join(folder, name);

  async function exported(name: string, groupId: string, file: string): Promise<ExportLine[]> {
    const result = await yard.runTool('export', environmentOf(name), [
      '--group',
      groupId,
      '--out',
      path(file),
      '--json',
    ]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    return linesOf(path(file));
  }

  async function imported(name: string, ...args: string[]): Promise<Summary> {
    const result = await yard.runTool('import', environmentOf(name), [...args, '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(result.stdout) as Summary;
  }

  /** Everything that can be in a history, and somebody who is no member any more. */
  async function aBusyGroup(): Promise<{ ada: Person; bob: Person; groupId: string; messages: MessageView[] }> {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ name: 'Busy', memberIds: [bob.id, cleo.id] });
    const files = [
      await upload(ada, groupId, aText('what was said')),
      await upload(ada, groupId, aPicture()),
      await upload(ada, groupId, anArchive(400_000)),
    ];
    const first = await ada.sendMessage(groupId, 'Good morning @all, and @' + bob.username, { clientMessageId: 'one' });
    // What separates lines elsewhere is a character like any other.
    const reply = await bob.sendMessage(groupId, 'Good\u2028morning\u2029', { replyToId: first.id });
    const edited = await cleo.sendMessage(groupId, 'I go at nine');
    expectStatus(await cleo.api.put(`/messages/${edited.id}`, { content: 'I go at ten' }), 200);
    expectStatus(await cleo.api.put(`/messages/${edited.id}`, { content: 'I go at eleven 🕚' }), 200);
    const carrying = await ada.sendMessage(groupId, 'See these', { attachmentIds: files.map(({ id }) => id) });
    const secret = await bob.sendMessage(groupId, 'a secret that was taken back');
    expectStatus(await bob.api.delete(`/messages/${secret.id}`), 204);
    await bob.sendMessage(groupId, 'of what was taken back', { replyToId: secret.id });
    for (const person of [bob, cleo]) {
      expectStatus(await person.api.put(`/messages/${first.id}/reactions/${encodeURIComponent('👍')}`), 200);
    }
    expectStatus(await cleo.api.put(`/messages/${carrying.id}/reactions/${encodeURIComponent('🎉')}`), 200);
    expectStatus(await ada.api.put(`/messages/${reply.id}/pin`), 200);
    expectStatus(await cleo.api.post(`/groups/${groupId}/leave`), 204);
    const messages = await walkPages<MessageView>(ada.api, `/groups/${groupId}/messages?limit=100`);
    return { ada, bob, groupId, messages };
  }

  /** An export without what an import names as new: ids, changes' numbers, the time of the export and its digest. */
  function comparable(lines: readonly ExportLine[]): unknown[] {
    const people = lines.filter((line) => line.type === 'member' || line.type === 'person');
    const byName = people.toSorted((one, other) => one.user.username.localeCompare(other.user.username));
    const [head, end] = [lines[0]!, lines.at(-1)!];
    const text = JSON.stringify([head, ...byName, ...lines.filter(isMessage), end], (key, value: unknown) =>
      ['rev', 'exportedAt', 'sha256', 'path'].includes(key) ? undefined : value,
    );
    const numbers = new Map<string, string>();
    const numbered = text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!numbers.has(id)) numbers.set(id, `#${numbers.size}`);
      return numbers.get(id)!;
    });
    return JSON.parse(numbered) as unknown[];
  }

  it('explain themselves, and say in a line what is wrong', async () => {
    const nowhere = { DATA_DIR: '/nowhere/at/all' };
    for (const tool of ['export', 'import']) {
      const help = await yard.runTool(tool, nowhere, ['--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(/--group.*[\s\S]*--json.*\n.*--help/);
      const wrong = await yard.runTool(tool, nowhere, ['--what']);
      expect(wrong).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/\nTry: npm run \w+ -- --help\n$/),
      });
    }
    const missing = await yard.runTool('import', here(), ['--format', 'jsonl', '/nowhere/team.jsonl']);
    expect(missing).toMatchObject({ code: 1, stderr: '/nowhere/team.jsonl cannot be read: there is no such file.\n' });
    const dataOf = await yard.runTool('import', here(), ['--format', 'jsonl', ircDay]);
    expect(dataOf).toMatchObject({ code: 1, stderr: expect.stringMatching(/is no export of Confab/) });
    const unknown = randomUUID();
    const noGroup = await yard.runTool('export', here(), ['--group', unknown]);
    expect(noGroup).toMatchObject({ code: 1, stderr: `There is no group ${unknown}.\n` });
    const nameless = await yard.runTool('export', here(), ['--group', unknown, '--out', '']);
    expect(nameless).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--out must name a file\n/) });
    if (process.platform === 'linux') {
      const { id } = await (await aPerson(app)).createGroup({ name: 'Nowhere' });
      // Not even the superuser makes a file there.
      const unwritable = await yard.runTool('export', here(), ['--group', id, '--out', '/proc/team.jsonl']);
      const line = '/proc/team.jsonl.draft cannot be written (ENOENT): name another file with --out.\n';
      expect(unwritable).toMatchObject({ code: 1, stderr: line });
    }
    const noOwner = await yard.runTool('import', here(), ['--format', 'irc', ircDay]);
    expect(noOwner).toMatchObject({ code: 2, stderr: expect.stringMatching(/^A new group needs an owner: .*--owner/) });
  });

  it('bring a history into a fresh database, out of which the same lines come again', async () => {
    const { ada, bob, groupId, messages } = await aBusyGroup();
    const lines = await exported(app.connection.name, groupId, 'busy.jsonl');
    const text = await readFile(path('busy.jsonl'), 'utf8');
    for (const secret of ['@example.org', 'a secret that was taken back', ada.user.email!, '$2b$']) {
      expect(text).not.toContain(secret);
    }
    expect(lines.filter(isMessage).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(lines.at(-1)).toMatchObject({ messages: 6, deleted: 1, members: 2, people: 1, files: 3 });
    const [{ attachments } = { attachments: [] }] = lines
      .filter(isMessage)
      .filter((line) => line.attachments.length > 0);
    expect(attachments).toHaveLength(3);
    for (const written of ['busy.jsonl', 'busy.jsonl.files', attachments[0]!.path!]) {
      expect((await stat(path(written))).mode & 0o077).toBe(0);
    }

    const other = await startTestApp();
    const summary = await imported(other.connection.name, '--format', 'jsonl', path('busy.jsonl'));
    expect(summary).toMatchObject({
      group: { name: 'Busy', isNew: true },
      messages: { imported: 6, alreadyThere: 0, laterTimes: 0 },
      people: { made: 3, found: 0, mapped: 0 },
      files: { imported: 3 },
      skipped: { count: 0, named: [] },
      notes: [],
    });
    const again = await exported(other.connection.name, summary.group.id, 'again.jsonl');
    expect(comparable(again)).toEqual(comparable(lines));
    expect(await imported(other.connection.name, '--format', 'jsonl', path('busy.jsonl'))).toMatchObject({
      group: { id: summary.group.id, isNew: false },
      messages: { imported: 0, alreadyThere: 6 },
      people: { made: 0, found: 3 },
      files: { imported: 0 },
    });

    // Nobody is behind the accounts, and what a member sees is what was there.
    const login = { login: bob.username, password: bob.password };
    expect((await new ApiClient(other.api).post('/auth/login', login)).status).toBe(401);
    const dora = await aPerson(other);
    const copy = await imported(
      other.connection.name,
      ...['--format', 'jsonl', path('busy.jsonl'), '--group', 'Copy', '--owner', dora.username],
    );
    const [mine] = expectStatus(await dora.api.get<Page<MyGroupView>>('/groups'), 200).items;
    expect(mine).toMatchObject({ id: copy.group.id, name: 'Copy', role: 'owner', unreadCount: 0, lastSeq: 6 });
    const seen = await walkPages<MessageView>(
      dora.api,
      `/groups/${copy.group.id}/messages?limit=2&includeDeleted=true`,
    );
    expect(seen.map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    const shown = ({ content, createdAt, editedAt, isPinned, sender, threadCount, clientMessageId }: MessageView) => ({
      content,
      createdAt,
      editedAt,
      isPinned,
      name: sender.displayName,
      threadCount,
      clientMessageId,
    });
    expect(seen.filter(({ isDeleted }) => !isDeleted).map(shown)).toEqual(messages.map(shown));
    const bySeq = new Map(seen.map((message) => [message.seq, message]));
    expect(bySeq.get(2)?.replyToId).toBe(bySeq.get(1)?.id);
    expect(bySeq.get(6)?.replyToId).toBe(bySeq.get(5)?.id);
    expect(bySeq.get(1)?.reactions).toMatchObject([{ emoji: '👍', count: 2 }]);
    const history = await dora.api.get<Page<{ content: string }>>(`/messages/${bySeq.get(3)!.id}/history`);
    expect(history.body.items.map(({ content }) => content)).toEqual(['I go at nine', 'I go at ten']);
    expect((await dora.api.post(`/messages/${bySeq.get(5)!.id}/restore`)).status).toBe(410);
    const originals = messages.find(({ content }) => content === 'See these')!.attachments;
    for (const [index, file] of bySeq.get(4)!.attachments.entries()) {
      const [theirs, ours] = [await download(ada, originals[index]!.url), await download(dora, file.url)];
      expect([ours.status, ours.bytes.equals(theirs.bytes)]).toEqual([200, true]);
      expect(file).toMatchObject({ fileName: originals[index]!.fileName, contentType: originals[index]!.contentType });
    }
    await other.stop();
  });

  it('keep a line a line, whatever ends one elsewhere', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup({ name: 'Endings' });
    const texts = ['one\u2028two\u2029three\u0085four', 'five\r\nsix\rseven', 'eight\u000B\u000C\u0000nine'];
    for (const text of texts) await ada.sendMessage(groupId, text);
    const contents = (lines: ExportLine[]) => lines.filter(isMessage).map(({ content }) => content);
    expect(contents(await exported(app.connection.name, groupId, 'endings.jsonl'))).toEqual(texts);

    const other = await startTestApp();
    const summary = await imported(other.connection.name, '--format', 'jsonl', path('endings.jsonl'));
    expect(summary).toMatchObject({ messages: { imported: 3 }, skipped: { count: 0 }, notes: [] });
    expect(contents(await exported(other.connection.name, summary.group.id, 'endings-again.jsonl'))).toEqual(texts);
    await other.stop();
  });

  it('take nothing of a file that the server could not show, and read nothing that is no file beside it', async () => {
    const { groupId } = await aBusyGroup();
    await exported(app.connection.name, groupId, 'hostile.jsonl');
    const rows = await linesOf(path('hostile.jsonl'));
    const messages = rows.filter(isMessage);
    const withLeapSecond: ExportLine = { ...messages[1]!, createdAt: '2016-12-31T23:59:60Z' };
    const withBlank: ExportLine = { ...messages[2]!, editedAt: '2026-01-01\u200300:00:00Z' };
    const [reaction] = messages[0]!.reactions;
    const twice: ExportLine = { ...messages[0]!, reactions: [reaction!, reaction!] };
    const [member] = rows.filter((row) => row.type === 'member');
    const secondOwner = { ...member!, role: 'owner', user: { ...member!.user, id: randomUUID(), username: 'another' } };
    const hostile = rows.flatMap((row): object[] => {
      if (row.type === 'end') return [];
      if (row === messages[0]) return [secondOwner, twice];
      if (row === messages[1]) return [withLeapSecond];
      return row === messages[2] ? [withBlank] : [row];
    });
    await writeFile(path('hostile.jsonl'), hostile.map((row) => JSON.stringify(row)).join('\n'));
    const [aFolder, aPipe, aLink] = messages[3]!.attachments.map(({ path: at }) => path(at!));
    for (const file of [aFolder!, aPipe!]) await rm(file);
    await mkdir(aFolder!);
    expect(spawnSync('mkfifo', [aPipe!]).status).toBe(0);
    await rename(aLink!, path('elsewhere'));
    await symlink(path('elsewhere'), aLink!);

    const other = await startTestApp();
    const dora = await aPerson(other);
    const args = ['--format', 'jsonl', path('hostile.jsonl')];
    const summary = await imported(other.connection.name, ...args);
    expect(summary.messages.imported).toBe(3);
    expect(summary.skipped.named.map(({ reason }) => reason)).toEqual([
      'somebody reacts twice in the same way',
      '/createdAt must be a time',
      expect.stringMatching(/^\/editedAt must /),
      ...messages[3]!.attachments.map(({ fileName }) => `goes without the file ${fileName}: it is not there`),
      // What is answered was left out.
    ]);
    const owners = { groupId: summary.group.id, role: 'owner' };
    expect(await other.connection.collection('memberships').countDocuments(owners)).toBe(1);
    const copy = await imported(other.connection.name, ...args, '--group', 'Seen', '--owner', dora.username);
    const seen = `/groups/${copy.group.id}/messages?includeDeleted=true`;
    expect(expectStatus(await dora.api.get<Page<MessageView>>(seen), 200).items).toHaveLength(3);
    await other.stop();
  });

  it('attach messages to accounts that are there only when asked to', async () => {
    const { ada, groupId } = await aBusyGroup();
    await exported(app.connection.name, groupId, 'mapped.jsonl');
    const other = await startTestApp();
    const theirAda = await aPerson(other, { username: ada.username });
    const apart = await imported(other.connection.name, '--format', 'jsonl', path('mapped.jsonl'));
    expect(apart.people).toEqual({ made: 3, found: 0, mapped: 0 });
    expect(expectStatus(await theirAda.api.get<Page<MyGroupView>>('/groups'), 200).items).toEqual([]);
    const names = await other.connection.collection('users').distinct('username');
    expect(names).toEqual(expect.arrayContaining([ada.username, `${ada.username.slice(0, 30)}-2`]));

    const together = await imported(
      other.connection.name,
      ...['--format', 'jsonl', path('mapped.jsonl'), '--group', 'Ours', '--map-existing'],
    );
    expect(together.people).toEqual({ made: 0, found: 2, mapped: 1 });
    const page = await theirAda.api.get<Page<MessageView>>(`/groups/${together.group.id}/messages?limit=100`);
    expect(page.body.items.at(-1)?.senderId).toBe(theirAda.id);
    await other.stop();
  });

  it('take an IRC day with its times and replies, name the lines that are none, and add nothing the second time', async () => {
    const ada = await aPerson(app);
    const day = path('2008-04-27.raw.txt');
    await copyFile(ircDay, day);
    await copyFile(ircDay.replace('.raw.', '.replies.'), day.replace('.raw.', '.replies.'));
    await appendFile(day, 'what is this\n[23:59] <late>   \n');
    const log = parseLog(await readFile(ircDay, 'utf8'), await readFile(ircDay.replace('.raw.', '.replies.'), 'utf8'));

    const first = await imported(app.connection.name, '--format', 'irc', day, '--owner', ada.username);
    expect(first).toMatchObject({
      lines: log.lines + 2,
      messages: { imported: log.chat.length, alreadyThere: 0, laterTimes: 0 },
      events: log.events,
      skipped: {
        count: 2,
        named: [
          { line: log.lines + 1, reason: 'no line of an IRC log' },
          { line: log.lines + 2, reason: 'nothing was said' },
        ],
      },
    });
    const stored = await walkPages<MessageView>(ada.api, `/groups/${first.group.id}/messages?limit=100`);
    stored.reverse();
    expect(stored.map(({ content, sender }) => `${sender.displayName}: ${content!}`)).toEqual(
      log.chat.map(({ content, nick }) => `${nick}: ${content}`),
    );
    const replies = log.chat.map(({ replyTo }) => (replyTo === null ? null : stored[replyTo]!.id));
    expect(stored.map(({ replyToId }) => replyToId)).toEqual(replies);
    expect(stored[0]?.createdAt).toBe('2008-04-27T04:46:00.000Z');
    const times = stored.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted());
    const query = `/search/messages?q=fstab&groupId=${first.group.id}`;
    expect(expectStatus(await ada.api.get<Page<FoundMessageView>>(query), 200).items.length).toBeGreaterThan(0);

    expect(await imported(app.connection.name, '--format', 'irc', day)).toMatchObject({
      group: { id: first.group.id, isNew: false },
      messages: { imported: 0, alreadyThere: log.chat.length },
      people: { made: 0 },
    });
    // The log goes on, and so does its group; but not with what is older.
    await appendFile(day, '[23:59] <late> good night\n');
    expect(await imported(app.connection.name, '--format', 'irc', day)).toMatchObject({
      messages: { imported: 1, alreadyThere: log.chat.length },
      people: { made: 1 },
    });
    const older = path('2001-01-01.txt');
    await writeFile(older, '[10:00] <ada> from the past\n');
    const refused = await yard.runTool('import', here(), ['--format', 'irc', older, '--group', first.group.id]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The group has messages that are newer .*--later-times\.\n$/),
    });
    const moved = await imported(
      app.connection.name,
      '--format',
      'irc',
      older,
      '--group',
      first.group.id,
      '--later-times',
    );
    expect(moved.messages).toEqual({ imported: 1, alreadyThere: 0, laterTimes: 1 });
    const [last] = expectStatus(
      await ada.api.get<Page<MessageView>>(`/groups/${first.group.id}/messages?limit=1`),
      200,
    ).items;
    expect(last).toMatchObject({ content: 'from the past', seq: log.chat.length + 2 });
  });

  it('go on where an import was killed: nothing is seen before it is whole, and nothing is there twice', async () => {
    const ada = await aPerson(app);
    const file = path('long.txt');
    // The real day many times over, each line another one by its place.
    const day = await readFile(ircDay, 'utf8');
    await writeFile(file, day.repeat(10));
    const args = ['--format', 'irc', file, '--date', '2008-04-27', '--owner', ada.username, '--group', 'Long'];
    const expected = parseLog(day.repeat(10)).chat;
    const messages = app.connection.collection<{ _id: string; groupId: string; seq: number; content: string }>(
      'messages',
    );
    const before = await messages.countDocuments();
    const killed = new ProgramProcess('../tools/import/main.js', here(), args);
    await eventually(async () => (await messages.countDocuments()) > before, 60_000);
    killed.signal('SIGKILL');
    expect(await killed.ended()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await messages.countDocuments()).toBeLessThan(before + expected.length);
    expect(expectStatus(await ada.api.get<Page<MyGroupView>>('/groups'), 200).items).toEqual([]);

    const summary = await imported(app.connection.name, ...args);
    expect(summary.messages.imported + summary.messages.alreadyThere).toBe(expected.length);
    expect(summary.messages.alreadyThere).toBeGreaterThan(0);
    const stored = await messages.find({ groupId: summary.group.id }).sort({ seq: 1 }).toArray();
    expect(stored.map(({ seq }) => seq)).toEqual(expected.map((_, index) => index + 1));
    expect(stored.map(({ content }) => content)).toEqual(expected.map(({ content }) => content));
    expect(expectStatus(await ada.api.get<Page<MyGroupView>>('/groups'), 200).items).toMatchObject([
      { id: summary.group.id, lastSeq: expected.length, unreadCount: 0 },
    ]);
  });

  it('do the same when the same file is imported three times at the same time', async () => {
    const { groupId } = await aBusyGroup();
    await exported(app.connection.name, groupId, 'thrice.jsonl');
    const rows = await linesOf(path('thrice.jsonl'));
    const carrying = rows.filter(isMessage).find(({ attachments }) => attachments.length > 0)!;
    const again = Array.from({ length: 100 }, () => {
      const attachments = carrying.attachments.map((file) => ({ ...file, id: randomUUID(), path: null }));
      return { ...carrying, id: randomUUID(), attachments: attachments.slice(0, 1) };
    });
    for (const { attachments } of again) {
      await copyFile(path(carrying.attachments[0]!.path!), path(`thrice.jsonl.files/${attachments[0]!.id}`));
    }
    await appendFile(path('thrice.jsonl'), again.map((row) => `${JSON.stringify(row)}\n`).join(''));

    const other = await startTestApp();
    const args = ['--format', 'jsonl', path('thrice.jsonl')];
    const summaries = await Promise.all([1, 2, 3].map(() => imported(other.connection.name, ...args)));
    const total = rows.filter(isMessage).length + again.length;
    for (const { messages } of summaries) expect(messages.imported + messages.alreadyThere).toBe(total);
    const ofGroup = { groupId: summaries[0]!.group.id };
    expect(await other.connection.collection('messages').countDocuments(ofGroup)).toBe(total);
    expect(await other.connection.collection('attachments').countDocuments(ofGroup)).toBe(3 + again.length);
    await other.stop();
  });

  it('say so when an export was cut off or damaged, take what is there, and complete it later', async () => {
    const { groupId } = await aBusyGroup();
    await exported(app.connection.name, groupId, 'whole.jsonl');
    const text = await readFile(path('whole.jsonl'), 'utf8');
    const rows = text.trimEnd().split('\n');
    const firstMessage = rows.findIndex((row) => row.startsWith('{"type":"message"'));
    const other = await startTestApp();
    const damaged = [...rows.slice(0, firstMessage + 3), rows[firstMessage + 3]!.slice(0, 50)];
    await writeFile(path('part.jsonl'), damaged.join('\n'));
    const part = await imported(other.connection.name, '--format', 'jsonl', path('part.jsonl'));
    expect(part).toMatchObject({
      messages: { imported: 3 },
      skipped: { count: 1, named: [{ line: firstMessage + 4, reason: 'no JSON' }] },
      notes: ['The file has no last line: it was cut off. What is there was taken.'],
    });
    // Its files are where they were written, which is not beside the copy: the message comes without one that is damaged.
    await cp(path('whole.jsonl.files'), path('moved.jsonl.files'), { recursive: true });
    await writeFile(path('moved.jsonl'), text.replaceAll('whole.jsonl.files', 'moved.jsonl.files'));
    const carrying = rows
      .map((row) => JSON.parse(row) as ExportLine)
      .filter(isMessage)
      .find(({ attachments }) => attachments.length > 0)!;
    await writeFile(path(`moved.jsonl.files/${carrying.attachments[0]!.id}`), 'something else');
    const whole = await imported(other.connection.name, '--format', 'jsonl', path('moved.jsonl'));
    expect(whole).toMatchObject({
      group: { id: part.group.id },
      messages: { imported: 3, alreadyThere: 3 },
      files: { imported: 2 },
      skipped: { named: [{ reason: 'goes without the file note.txt: it is not what was exported' }] },
      notes: ['The file was changed since it was exported. It was taken as it is.'],
    });
    expect(await other.connection.collection('attachments').countDocuments()).toBe(2);
    await other.stop();
  });

  it('leave nothing of an export that fails, so that it can be tried again', async () => {
    const other = await startTestApp();
    const ada = await aPerson(other);
    const { id: groupId } = await ada.createGroup({ name: 'Fragile' });
    for (const file of [aText('whole'), anArchive(400_000)]) {
      const { id } = await upload(ada, groupId, file);
      await ada.sendMessage(groupId, 'See this', { attachmentIds: [id] });
    }
    const chunks = other.connection.collection('attachment_files.chunks');
    const last = (await chunks.find().sort({ _id: -1 }).limit(1).next())!;
    await chunks.deleteOne({ _id: last._id });
    const args = ['--group', groupId, '--out', path('fragile.jsonl'), '--json'];
    expect(await yard.runTool('export', environmentOf(other.connection.name), args)).toMatchObject({ code: 1 });
    expect((await readdir(folder)).filter((name) => name.startsWith('fragile'))).toEqual([]);
    await chunks.insertOne(last);
    expect(await exported(other.connection.name, groupId, 'fragile.jsonl')).not.toEqual([]);
    await other.stop();
  });

  it('name the lines of a file that cannot be taken, and take the others', async () => {
    const { groupId } = await aBusyGroup();
    const lines = await exported(app.connection.name, groupId, 'strange.jsonl');
    const message = lines.filter(isMessage).find(({ attachments }) => attachments.length > 0)!;
    const strange: [string, string][] = [
      [JSON.stringify({ ...message, createdAt: '2016-12-31T23:59:60Z' }), '/createdAt must be a time'],
      [JSON.stringify({ ...message, id: '../../../etc/passwd' }), '/id must match format "uuid"'],
      [
        JSON.stringify(message).replace(/"path":"[^"]+"/, '"path":"../../etc/passwd"'),
        '/attachments/0/path must match',
      ],
      [
        JSON.stringify({ ...message, reactions: [...message.reactions, ...message.reactions] }),
        'somebody reacts twice in the same way',
      ],
      [JSON.stringify({ ...message, formerTexts: 'x'.repeat(maxLineBytes) }), `longer than ${maxLineBytes} bytes`],
      ['['.repeat(1_000_000), 'no JSON'],
      ['{"type":"__proto__"}', 'no line of an export'],
    ];
    await appendFile(path('strange.jsonl'), `${strange.map(([line]) => line).join('\n')}\n`);
    const other = await startTestApp();
    const summary = await imported(other.connection.name, '--format', 'jsonl', path('strange.jsonl'));
    expect(summary.messages).toEqual({ imported: 6, alreadyThere: 0, laterTimes: 0 });
    expect(summary.skipped.named).toEqual(
      strange.map(([, reason], index) => ({
        line: lines.length + 1 + index,
        reason: expect.stringContaining(reason),
      })),
    );
    await other.stop();
  });

  it('export a log as of one change while others change it', async () => {
    const ada = await aPerson(app);
    const summary = await imported(
      app.connection.name,
      ...['--format', 'irc', ircDay, '--owner', ada.username, '--group', `live ${randomUUID()}`],
    );
    const ids = (await walkPages<MessageView>(ada.api, `/groups/${summary.group.id}/messages?limit=100`)).map(
      ({ id }) => id,
    );
    const reacted: { id: string; rev: number }[] = [];
    const reading = new AbortController();
    const changing = (async () => {
      for (let index = 0; !reading.signal.aborted; index += 1) {
        const id = ids[(index * 37) % ids.length]!;
        const answer = await ada.api.put<{ rev: number }>(`/messages/${id}/reactions/${encodeURIComponent('👍')}`);
        expectStatus(answer, 200);
        if (index < ids.length) reacted.push({ id, rev: (await ada.api.get<MessageView>(`/messages/${id}`)).body.rev });
        if (index % 10 === 0) await ada.sendMessage(summary.group.id);
      }
    })();
    await eventually(() => reacted.length > 10, 30_000);
    const lines = await exported(app.connection.name, summary.group.id, 'live.jsonl');
    reading.abort();
    await changing;
    const [head] = lines;
    if (head?.type !== 'export') throw new Error('the first line is another one');
    const messages = lines.filter(isMessage);
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1));
    expect(head.lastSeq).toBe(messages.length);
    expect(Math.max(...messages.map(({ rev }) => rev))).toBe(head.rev);
    const inFile = new Set(messages.filter(({ reactions }) => reactions.length > 0).map(({ id }) => id));
    const byThen = reacted.filter(({ rev }) => rev <= head.rev).map(({ id }) => id);
    expect(byThen.length).toBeGreaterThan(10);
    expect(reacted.length).toBeGreaterThan(byThen.length);
    expect(new Set(byThen)).toEqual(inFile);
  });

  it('work beside a server on its embedded database, and what was imported is there at once', async () => {
    const environment = { DATA_DIR: await yard.folder(), NODE_ENV: 'test', DEFAULT_DATA: 'true', LOG_LEVEL: 'info' };
    const server = yard.start(environment);
    const url = await server.ready();
    const issued = await yard.runTool('token-issue', environment, ['--user', 'TestUser']);
    const api = new ApiClient(`${url}/api/v1`, issued.stdout.trim());
    const args = ['--format', 'irc', ircDay, '--owner', 'TestUser', '--json'];
    const result = await yard.runTool('import', environment, args);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { group, messages } = JSON.parse(result.stdout) as Summary;
    const mine = expectStatus(await api.get<Page<MyGroupView>>('/groups'), 200).items;
    expect(mine.find(({ id }) => id === group.id)).toMatchObject({ lastSeq: messages.imported, role: 'owner' });
    expect((await api.post(`/groups/${group.id}/messages`, { content: 'and now live' })).status).toBe(201);
    const file = path('beside.jsonl');
    expect(await yard.runTool('export', environment, ['--group', group.id, '--out', file])).toMatchObject({ code: 0 });
    expect((await linesOf(file)).at(-2)).toMatchObject({ content: 'and now live', seq: messages.imported + 1 });
    await server.stop();
  });
});
