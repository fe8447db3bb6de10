import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Random } from '../seed/random.js';

export interface TranscriptsSize {
  files: number;
  lines: number;
  projects: number;
  /** One line of so many has a tool's result of a megabyte. */
  linesOfOneLarge: number;
}

const models = ['claude-opus-4-1', 'claude-sonnet-4-5', 'claude-haiku-4-5'];
const tools = ['Bash', 'Read', 'Edit', 'Grep', 'TodoWrite', 'Task'];
const megabyte = 1_048_576;
const startedAt = Date.UTC(2026, 0, 5);

/**
 * Writes made-up transcripts, the same each time: conversations in which a question is followed by answers that use tools,
 * with the sizes of real ones (half of the lines below 1 kB, a tool's result now and then of 30 kB, seldom of a megabyte).
 */
export async function writeTranscripts(root: string, size: TranscriptsSize): Promise<{ bytes: number }> {
  const random = new Random(7);
  const words = wordsOf(random);
  const perFile = Math.ceil(size.lines / size.files);
  let bytes = 0;
  let written = 0;
  for (let file = 0; file < size.files; file += 1) {
    const project = `/srv/project-${String(file % size.projects)}`;
    const folder = join(root, project.replaceAll(/[^A-Za-z0-9]/g, '-'));
    await mkdir(folder, { recursive: true });
    const conversation = new MadeUpConversation(random, words, project, file);
    const out = createWriteStream(join(folder, `${conversation.sessionId}.jsonl`));
    for (let line = 0; line < perFile && written < size.lines; line += 1) {
      written += 1;
      const text = `${JSON.stringify(conversation.next(written % size.linesOfOneLarge === 0))}\n`;
      bytes += Buffer.byteLength(text);
      if (!out.write(text)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'close');
  }
  return { bytes };
}

class MadeUpConversation {
  readonly sessionId: string;
  private parent: string | null = null;
  private time: number;
  private openCall: string | null = null;
  private messageId = '';

  constructor(
    private readonly random: Random,
    private readonly words: string,
    private readonly project: string,
    number: number,
  ) {
    this.time = startedAt + number * 60_000;
    this.sessionId = random.id(new Date(this.time));
  }

  next(isLarge: boolean): object {
    this.time += 500 + this.random.below(20_000, 3);
    if (this.openCall !== null) return this.result(this.openCall, isLarge ? megabyte : this.length(30_000));
    const turn = this.random.next();
    if (turn < 0.1) return this.line('user', { role: 'user', content: this.text(this.length(2_000)) });
    return turn < 0.5 ? this.answer({ type: 'text', text: this.text(this.length(4_000)) }) : this.call();
  }

  private result(id: string, length: number): object {
    this.openCall = null;
    const isError = this.random.next() < 0.05;
    const content = [{ type: 'tool_result', tool_use_id: id, content: this.text(length), is_error: isError }];
    return { ...this.line('user', { role: 'user', content }), toolUseResult: { stdout: '', interrupted: false } };
  }

  private call(): object {
    const id = `toolu_${this.random.id(new Date(this.time))}`;
    this.openCall = id;
    const input = { command: this.text(this.length(1_500)), description: this.text(60) };
    return this.answer({ type: 'tool_use', id, name: this.random.pick(tools, 2), input });
  }

  /** Now and then another block of the answer before. */
  private answer(block: object): object {
    if (this.messageId === '' || this.random.next() < 0.7)
      this.messageId = `msg_${this.random.id(new Date(this.time))}`;
    const usage = {
      input_tokens: this.random.below(50),
      output_tokens: this.random.below(2_000),
      cache_creation_input_tokens: this.random.below(5_000),
      cache_read_input_tokens: this.random.below(100_000),
      service_tier: 'standard',
    };
    const model = models[this.messageId.charCodeAt(20) % models.length];
    const message = { id: this.messageId, type: 'message', role: 'assistant', model, content: [block], usage };
    return { ...this.line('assistant', message), requestId: 'req_made_up' };
  }

  private line(type: string, message: object): object {
    const uuid = this.random.id(new Date(this.time));
    const line = {
      parentUuid: this.parent,
      isSidechain: false,
      userType: 'external',
      cwd: this.project,
      sessionId: this.sessionId,
      version: '2.0.30',
      gitBranch: 'main',
      type,
      message,
      uuid,
      timestamp: new Date(this.time).toISOString(),
    };
    this.parent = uuid;
    return line;
  }

  /** Short ones much more often. */
  private length(longest: number): number {
    return 40 + this.random.below(longest, 4);
  }

  private text(length: number): string {
    const from = this.random.below(this.words.length - Math.min(length, 30_000) - 1);
    if (length <= 30_000) return this.words.slice(from, from + length);
    return this.words.repeat(Math.ceil(length / this.words.length)).slice(0, length);
  }
}

/** Text that compresses as text does. */
function wordsOf(random: Random): string {
  const letters = 'etaoinshrdlucmfwypvbgkqjxz';
  const vocabulary = Array.from({ length: 3_000 }, () =>
    Array.from({ length: 2 + random.below(9) }, () => random.pick(letters.split(''), 2)).join(''),
  );
  return Array.from({ length: 30_000 }, () => random.pick(vocabulary, 2) + (random.next() < 0.08 ? '\n' : ' ')).join(
    '',
  );
}
