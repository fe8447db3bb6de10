import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, symlink, truncate } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { ProblemLineView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import {
  asLines,
  conversationWhen,
  entriesOf,
  everythingShown,
  Script,
  statusWhen,
  TranscriptFolder,
} from '../support/transcripts.js';

describe('the observatory reads transcripts', () => {
  let folder: TranscriptFolder;
  let app: TestApp;
  let api: ApiClient;
  beforeAll(async () => {
    folder = await TranscriptFolder.make();
    app = await startTestApp({ TRANSCRIPTS_PATH: folder.root });
    ({ api } = await aPerson(app));
    await statusWhen(api, ({ state }) => state === 'watching');
  });
  afterAll(async () => {
    await app.stop();
    await folder.remove();
  });

  const aProject = () => `-srv-${randomUUID()}`;
  const textsOf = async (sessionId: string) => {
    const conversation = await conversationWhen(api, sessionId);
    return (await entriesOf(api, conversation)).map(({ blocks }) => blocks[0]?.text);
  };
  const problemsOf = async (path: string) => {
    const { body } = await api.get<Page<ProblemLineView>>('/observatory/problems?limit=100');
    return body.items.filter((line) => line.path === path).map(({ lineNumber, problem }) => `${lineNumber} ${problem}`);
  };

  it('takes a line when it is complete, however many writes it was made of', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    const line = Buffer.from(asLines([script.asks('two — zwölf ☃ 😀')]));
    for (let from = 0; from < line.length; from += 7) await folder.append(name, line.subarray(from, from + 7));
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two — zwölf ☃ 😀']);
    expect(await problemsOf(name)).toEqual([]);
  });

  it('leaves half a line alone until its end comes, and says how much waits', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const [whole, half] = [asLines([script.asks('one')]), asLines([script.asks('two')])];
    await folder.write(name, whole + half.slice(0, 50));
    await conversationWhen(api, script.sessionId);
    expect((await statusWhen(api, ({ bytes }) => bytes.lag === 50)).lines.problems).toBe(0);
    await folder.append(name, half.slice(50));
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    await statusWhen(api, ({ bytes }) => bytes.lag === 0);
  });

  it('takes a last line that has no end, and counts lines right when its end comes', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    await folder.write(name, asLines([script.asks('one')]).trimEnd());
    await conversationWhen(api, script.sessionId);
    await folder.append(name, `\n${asLines(['broken', script.asks('two')])}`);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    expect(await problemsOf(name)).toEqual(['2 not_json']);
  });

  it('counts what it does not understand, and shows it with its file and number', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one'), '', 'no json', '[]', { type: 'user', mesage: 1 }, '   ', '{"half":']);
    await folder.append(name, [{ type: 'file-history-snapshot', messageId: 'x' }]);
    await folder.append(name, [script.asks('two')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    expect(await eventually(async () => (await problemsOf(name)).length >= 4 && problemsOf(name))).toEqual([
      '3 not_json',
      '4 not_an_object',
      '5 not_understood',
      '7 not_json',
    ]);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two']);
  });

  it('replaces bytes that are no UTF-8, and says so', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const line = Buffer.from(asLines([script.asks('a@b')]));
    line[line.indexOf('@')] = 0xff;
    await folder.write(name, line);
    expect(await textsOf(script.sessionId)).toEqual(['a\uFFFDb']);
    expect(await problemsOf(name)).toEqual(['1 invalid_utf8']);
  });

  it('reads a line of 10 MB, and notes one that is longer than any', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const large = script.asks([{ type: 'tool_result', tool_use_id: 't', content: 'x'.repeat(10_000_000) }]);
    await folder.write(name, [script.asks('one'), large]);
    await folder.append(name, `{"type":"user","x":"${'y'.repeat(limits.observatory.maxLineBytes)}"}\n`);
    await folder.append(name, [script.asks('two')]);
    const conversation = await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 3);
    const [, entry] = await entriesOf(api, conversation);
    expect(entry?.blocks[0]).toMatchObject({ length: 10_000_000, text: 'x'.repeat(limits.observatory.maxBlockLength) });
    expect(await problemsOf(name)).toEqual(['3 too_large']);
  });

  it('reads a file again that was replaced, changes nothing of what it said already, and forgets nothing', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const [one, two, three] = [script.asks('one'), script.asks('two'), script.asks('three')];
    await folder.write(name, [one, 'broken', two]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    await folder.write(`${name}.new`, [two, three, 'broken in another place']);
    await rename(folder.pathOf(`${name}.new`), folder.pathOf(name));
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 3);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two', 'three']);
    await eventually(async () => (await problemsOf(name)).join() === '3 not_json');
  });

  it('reads on in a file that was cut short', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const [one, two, three] = [script.asks('one'), script.asks('two'), script.asks('three')];
    await folder.write(name, [one, two]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    await truncate(folder.pathOf(name), Buffer.byteLength(asLines([one])));
    await appendFile(folder.pathOf(name), asLines([three]));
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 3);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two', 'three']);
  });

  it('keeps what a deleted file said, and goes on when it comes back', async () => {
    const script = new Script();
    const project = aProject();
    const name = `${project}/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    const before = (await statusWhen(api, ({ state }) => state === 'watching')).files.gone;
    await rm(folder.pathOf(project), { recursive: true });
    await statusWhen(api, ({ files }) => files.gone === before + 1);
    expect(await textsOf(script.sessionId)).toEqual(['one']);
    await folder.write(name, [script.asks('two')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    await statusWhen(api, ({ files }) => files.gone === before);
  });

  it('follows no link, and stumbles over no folder with the name of a transcript', async () => {
    const script = new Script();
    const project = aProject();
    const outside = await TranscriptFolder.make();
    await outside.write('secret.jsonl', [new Script('outside').asks('secret')]);
    await mkdir(folder.pathOf(`${project}/folder.jsonl`), { recursive: true });
    await symlink(outside.pathOf('secret.jsonl'), folder.pathOf(`${project}/link.jsonl`));
    await folder.write(`${project}/journal.jsonl`, [new Script('journal').asks('x')]);
    await folder.write(`${project}/${script.sessionId}/tool-results/x.jsonl`, [new Script('results').asks('x')]);
    await folder.write(`${project}/${script.sessionId}.jsonl`, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    const { body } = await api.get<Page<{ sessionId: string }>>('/conversations?limit=100');
    const sessions = body.items.map(({ sessionId }) => sessionId);
    expect(sessions).not.toEqual(expect.arrayContaining(['outside']));
    expect(sessions).not.toEqual(expect.arrayContaining(['journal']));
    expect(sessions).not.toEqual(expect.arrayContaining(['results']));
    await outside.remove();
  });

  it('keeps what a file said in whose place a link has come, and reads on when it is back', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const path = await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    const { gone } = (await statusWhen(api, () => true)).files;
    await rename(path, `${path}.aside`);
    await symlink(`${path}.aside`, path);
    await statusWhen(api, ({ files }) => files.gone === gone + 1);
    expect(await textsOf(script.sessionId)).toEqual(['one']);
    await rename(`${path}.aside`, path);
    await folder.append(name, [script.asks('two')]);
    // The notice of what came in place of another may be lost; the look at all files, every 30 s, finds it.
    const patienceMs = 45_000;
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2, patienceMs);
    await statusWhen(api, ({ files }) => files.gone === gone, patienceMs);
  });

  it('reads a file again whose content was overwritten by one of the same size', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    await folder.write(name, [script.asks('two')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two']);
  });

  it('moves a conversation to the project to which its file was moved', async () => {
    const script = new Script();
    const [from, to] = [`-srv-a${randomUUID()}`, `-srv-b${randomUUID()}`];
    const path = await folder.write(`${from}/${script.sessionId}.jsonl`, [script.asks('one'), script.answers('two')]);
    const { projectId } = await conversationWhen(api, script.sessionId);
    await mkdir(folder.pathOf(to));
    await rename(path, folder.pathOf(`${to}/${script.sessionId}.jsonl`));
    await conversationWhen(api, script.sessionId, (conversation) => conversation.projectId !== projectId);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two']);
    await rename(folder.pathOf(`${to}/${script.sessionId}.jsonl`), path);
    await conversationWhen(api, script.sessionId, (conversation) => conversation.projectId === projectId);
  });

  it('has read what is there in the end of folders that come and go', async () => {
    const scripts = Array.from({ length: 5 }, () => new Script());
    const project = aProject();
    for (let count = 0; count < 8; count += 1) {
      for (const script of scripts) {
        await folder.write(`${project}-${script.sessionId}/${script.sessionId}.jsonl`, [script.asks(`line ${count}`)]);
      }
      if (count === 7) break;
      for (const { sessionId } of scripts) await rm(folder.pathOf(`${project}-${sessionId}`), { recursive: true });
    }
    for (const { sessionId } of scripts) {
      await eventually(async () => (await textsOf(sessionId)).includes('line 7'), 45_000);
    }
  });

  it('loses no line of many files that grow at the same time', async () => {
    const project = aProject();
    const scripts = Array.from({ length: 12 }, () => new Script());
    for (let count = 0; count < 25; count += 1) {
      await Promise.all(
        scripts.map(async (script) => {
          const name = `${project}/${script.sessionId}.jsonl`;
          const line = [script.asks(`line ${count}`)];
          await (count === 0 ? folder.write(name, line) : folder.append(name, line));
        }),
      );
    }
    for (const { sessionId } of scripts) {
      const conversation = await conversationWhen(api, sessionId, ({ messageCount }) => messageCount === 25);
      expect(await entriesOf(api, conversation)).toHaveLength(25);
    }
  });

  it('makes one conversation of a session and its sub-agents, and one entry of a line in two files', async () => {
    const script = new Script();
    const agent = new Script(script.sessionId, { isSidechain: true }, Date.UTC(2026, 0, 2, 10, 5));
    const resumed = new Script(randomUUID(), {}, Date.UTC(2026, 0, 3));
    const project = aProject();
    const said = [script.asks('one'), script.answers('two', { id: 'm1' }), script.answers('two b', { id: 'm1' })];
    await folder.write(`${project}/${script.sessionId}.jsonl`, said);
    await folder.write(`${project}/${script.sessionId}/subagents/agent-1.jsonl`, [agent.answers('from the agent')]);
    await folder.write(`${project}/${resumed.sessionId}.jsonl`, [...said, resumed.asks('go on')]);
    const conversation = await conversationWhen(api, script.sessionId, ({ entryCount }) => entryCount === 4);
    expect(conversation.usage).toEqual([
      {
        model: 'claude-x',
        messages: 2,
        inputTokens: 20,
        outputTokens: 40,
        cacheCreationInputTokens: 60,
        cacheReadInputTokens: 80,
      },
    ]);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'two', 'two b', 'from the agent']);
    expect(await textsOf(resumed.sessionId)).toEqual(['go on']);
  });

  it('titles a conversation by its summary, wherever and whenever that comes, else by its first question', async () => {
    const script = new Script();
    const project = aProject();
    const last = script.answers('done');
    await folder.write(`${project}/${script.sessionId}.jsonl`, [script.asks('How fast is it?'), last]);
    expect((await conversationWhen(api, script.sessionId)).title).toBe('How fast is it?');
    await folder.write(`${project}/${randomUUID()}.jsonl`, [
      { type: 'summary', summary: 'Speed', leafUuid: last['uuid'] },
    ]);
    await conversationWhen(api, script.sessionId, ({ title }) => title === 'Speed');
  });

  it('says that a conversation is active, completed, or ended in an error', async () => {
    const [now, past, failed] = [new Script(randomUUID(), {}, Date.now()), new Script(), new Script()];
    const project = aProject();
    await folder.write(`${project}/${now.sessionId}.jsonl`, [now.asks('now')]);
    await folder.write(`${project}/${past.sessionId}.jsonl`, [past.asks('then')]);
    await folder.write(`${project}/${failed.sessionId}.jsonl`, [
      failed.asks('go'),
      failed.answers('API Error', { model: '<synthetic>' }, { isApiErrorMessage: true }),
    ]);
    expect((await conversationWhen(api, now.sessionId)).status).toBe('active');
    expect((await conversationWhen(api, past.sessionId)).status).toBe('completed');
    expect(await conversationWhen(api, failed.sessionId)).toMatchObject({ status: 'error', usage: [], errorCount: 1 });
  });

  it('shows the same after it was stopped and started, and what came meanwhile', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    const before = await eventually(async () => {
      const status = await statusWhen(api, ({ bytes }) => bytes.lag === 0);
      return status.state === 'watching' && everythingShown(api);
    });
    const { TRANSCRIPTS_PATH, DATABASE_NAME } = { TRANSCRIPTS_PATH: folder.root, DATABASE_NAME: app.connection.name };
    await app.stopKeepingData();
    app = await startTestApp({ TRANSCRIPTS_PATH, DATABASE_NAME });
    ({ api } = await aPerson(app));
    await statusWhen(api, ({ state }) => state === 'watching');
    expect(await everythingShown(api)).toEqual(before);
    await folder.append(name, [script.asks('two')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
  });

  it('shows nothing of lines that were written before a crash and are not there when they are read again', async () => {
    const script = new Script();
    const name = `${aProject()}/${script.sessionId}.jsonl`;
    const one = script.asks('one');
    await folder.write(name, [one]);
    await conversationWhen(api, script.sessionId);
    const files = app.connection.collection('observatory_files');
    const acknowledged = await eventually(
      async () => (await files.findOne({ path: name, isFolded: true })) ?? undefined,
    );
    const lost = Array.from({ length: 1_200 }, (_, index) => script.asks(`lost ${index}`));
    await folder.append(name, lost);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 1_201);
    await eventually(async () => (await files.findOne({ path: name }))!['isFolded'] === true);
    const { TRANSCRIPTS_PATH, DATABASE_NAME } = { TRANSCRIPTS_PATH: folder.root, DATABASE_NAME: app.connection.name };
    // As if the server had been killed before the last write of the batch.
    const { _id, ...progress } = acknowledged;
    await files.updateOne({ _id }, { $set: progress });
    await app.stopKeepingData();
    await folder.write(name, [one, script.asks('other')]);
    app = await startTestApp({ TRANSCRIPTS_PATH, DATABASE_NAME });
    ({ api } = await aPerson(app));
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2);
    expect(await textsOf(script.sessionId)).toEqual(['one', 'other']);
    const packs = await app.connection
      .collection('observatory_packs')
      .countDocuments({ _id: new RegExp(`^${String(_id)}:`) as never });
    expect(packs).toBe(2);
  });

  it('gives of the samples the counts that counting gives', async () => {
    for (const sample of ['representative_messages', 'todowrite_examples']) {
      const text = readFileSync(new URL(`../data/transcripts/${sample}.jsonl`, import.meta.url), 'utf8');
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Sample);
      const messages = lines.filter(({ type }) => type === 'user' || type === 'assistant');
      const sessionId = messages[0]!.sessionId;
      await folder.write(`-tmp/${sample}.jsonl`, text.trimEnd());
      const conversation = await conversationWhen(
        api,
        sessionId,
        ({ messageCount }) => messageCount === messages.length,
      );
      const blocks = messages.flatMap(({ message: { content } }) => (typeof content === 'string' ? [] : content));
      const usages = new Map(messages.flatMap(({ message: { id, usage } }) => (usage ? [[id, usage] as const] : [])));
      const sum = (key: string) => [...usages.values()].reduce((total, usage) => total + (usage[key] ?? 0), 0);
      expect(conversation).toMatchObject({
        title: lines.find(({ type }) => type === 'summary')!.summary.slice(0, limits.observatory.titleMaxLength),
        entryCount: messages.length,
        toolCallCount: blocks.filter(({ type }) => type === 'tool_use').length,
        startedAt: new Date(messages[0]!.timestamp).toISOString(),
        lastActivityAt: new Date(messages.at(-1)!.timestamp).toISOString(),
        usage: [
          {
            messages: usages.size,
            inputTokens: sum('input_tokens'),
            outputTokens: sum('output_tokens'),
            cacheCreationInputTokens: sum('cache_creation_input_tokens'),
            cacheReadInputTokens: sum('cache_read_input_tokens'),
          },
        ],
      });
      const shown = await entriesOf(api, conversation, 'tree');
      expect(new Set(shown.map(({ uuid }) => uuid))).toEqual(new Set(messages.map(({ uuid }) => uuid)));
      expectStatus(await api.get(`/conversations/${conversation.id}/analytics`), 200);
    }
  });
});

interface Sample {
  type: string;
  uuid: string;
  sessionId: string;
  timestamp: string;
  summary: string;
  message: { id: string; usage?: Record<string, number>; content: string | { type: string }[] };
}
