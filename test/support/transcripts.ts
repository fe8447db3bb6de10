import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { ConversationView, EntryView, ObservatoryStatusView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import type { ApiClient } from './api-client.js';
import { eventually } from './eventually.js';
import { expectStatus } from './people.js';
import { walkPages } from './walk-pages.js';

type Fields = Record<string, unknown>;

/** Lines of one conversation, each following the one before, a second later. */
export class Script {
  private last: string | null = null;
  private time: number;

  constructor(
    readonly sessionId: string = randomUUID(),
    private readonly about: Fields = {},
    startedAt = Date.UTC(2026, 0, 2, 10),
  ) {
    this.time = startedAt;
  }

  /** What a person writes. */
  asks(content: unknown, fields: Fields = {}): Fields {
    return this.line('user', { message: { role: 'user', content }, ...fields });
  }

  /** A line of an answer of the model. */
  answers(content: unknown, message: Fields = {}, fields: Fields = {}): Fields {
    const usage = {
      input_tokens: 10,
      output_tokens: 20,
      cache_creation_input_tokens: 30,
      cache_read_input_tokens: 40,
    };
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    return this.line('assistant', {
      message: { id: `msg_${randomUUID()}`, role: 'assistant', model: 'claude-x', content: blocks, usage, ...message },
      ...fields,
    });
  }

  line(type: string, fields: Fields): Fields {
    const uuid = randomUUID();
    const line = {
      parentUuid: this.last,
      isSidechain: false,
      cwd: '/srv/engine',
      sessionId: this.sessionId,
      version: '1.0.24',
      gitBranch: 'main',
      type,
      uuid,
      timestamp: new Date(this.time).toISOString(),
      ...this.about,
      ...fields,
    };
    this.last = line.uuid;
    this.time += 1000;
    return line;
  }
}

/** Lines as the tool writes them: an object, or whatever else is to stand there. */
export function asLines(lines: readonly unknown[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

/** A folder of transcripts that is gone after the test. */
export class TranscriptFolder {
  private constructor(readonly root: string) {}

  static async make(): Promise<TranscriptFolder> {
    return new TranscriptFolder(await mkdtemp(join(tmpdir(), 'confab-transcripts-')));
  }

  pathOf(name: string): string {
    return join(this.root, name);
  }

  /** Makes a file, or gives it another content; lines, or bytes as they are. */
  async write(name: string, content: readonly unknown[] | string | Uint8Array): Promise<string> {
    const path = this.pathOf(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, isLines(content) ? asLines(content) : content);
    return path;
  }

  async append(name: string, content: readonly unknown[] | string | Uint8Array): Promise<void> {
    await appendFile(this.pathOf(name), isLines(content) ? asLines(content) : content);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

function isLines(content: readonly unknown[] | string | Uint8Array): content is readonly unknown[] {
  return Array.isArray(content);
}

/** The state of the observatory once a condition holds. */
export function statusWhen(
  api: ApiClient,
  holds: (status: ObservatoryStatusView) => boolean,
  timeoutMs?: number,
): Promise<ObservatoryStatusView> {
  return eventually(async () => {
    const { body } = await api.get<ObservatoryStatusView>('/observatory/status');
    if (!holds(body)) throw new Error(`the observatory is still at ${JSON.stringify(body)}`);
    return body;
  }, timeoutMs);
}

/** The conversation of a session, once it looks as it should. */
export function conversationWhen(
  api: ApiClient,
  sessionId: string,
  holds: (conversation: ConversationView) => boolean = () => true,
  timeoutMs?: number,
): Promise<ConversationView> {
  return eventually(async () => {
    const all = await walkPages<ConversationView>(api, '/conversations?limit=100');
    const found = all.find((conversation) => conversation.sessionId === sessionId);
    if (found === undefined || !holds(found)) throw new Error(`the conversation is still ${JSON.stringify(found)}`);
    return found;
  }, timeoutMs);
}

/** All entries of a conversation. */
export function entriesOf(api: ApiClient, { id }: { id: string }, order = 'line'): Promise<EntryView[]> {
  return walkPages<EntryView>(api, `/conversations/${id}/messages?order=${order}&limit=100`);
}

/** Everything that the observatory shows of transcripts, but the times at which it first saw something. */
export async function everythingShown(api: ApiClient): Promise<unknown> {
  const conversations = await walkPages<ConversationView>(api, '/conversations?limit=100');
  const projects = await walkPages<Fields>(api, '/projects?sort=name&order=asc');
  const problems = await walkPages<Fields>(api, '/observatory/problems?limit=100');
  const details = [];
  for (const conversation of conversations) {
    const entries = await entriesOf(api, conversation);
    const { body } = await api.get<Page<EntryView>>(`/conversations/${conversation.id}/analytics`);
    details.push({ conversation, entries, analytics: body });
  }
  const { body: status } = await api.get<ObservatoryStatusView>('/observatory/status');
  return {
    status,
    problems,
    // One without a conversation was active when it was made.
    projects: projects.map(({ createdAt: _created, updatedAt: _updated, lastActivityAt, ...project }) =>
      project['conversationCount'] === 0 ? project : { ...project, lastActivityAt },
    ),
    conversations: details.sort((one, other) => (one.conversation.id < other.conversation.id ? -1 : 1)),
  };
}

/** One conversation, asked for by its id. */
export async function conversationOf(api: ApiClient, id: string): Promise<ConversationView> {
  return expectStatus(await api.get<ConversationView>(`/conversations/${id}`), 200);
}
