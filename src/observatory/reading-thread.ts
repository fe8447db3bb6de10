import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import type { WatcherState } from '../../contract/observatory.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DATABASE, type Database } from '../database/database.js';
import type { ConversationId, ProjectId } from './observatory-ids.js';
import { ObservatoryFeed } from './observatory-feed.js';
import type { ReadingMessage, ReadingRequest, ReadingTask } from './reading/reading.messages.js';

const restartMs = 5_000;
const stopMs = 3_000;
/**
 * The young generation is kept small: with the usual size a scan took 65 MB more, and no less time. The old one must hold the
 * rows of the longest conversation.
 */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 };

type Ask = ReadingRequest extends infer Request
  ? Request extends { id: number }
    ? Omit<Request, 'id'>
    : never
  : never;

/** Runs the thread that reads transcripts, if there is something to read, and starts it again when it ends by itself. */
@Injectable()
export class ReadingThread implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReadingThread.name);
  private readonly answers = new Map<number, () => void>();
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private isStopping = false;
  private asked = 0;
  private current: WatcherState = 'off';

  constructor(
    private readonly feed: ObservatoryFeed,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  get state(): WatcherState {
    return this.current;
  }

  onApplicationBootstrap(): void {
    const { TRANSCRIPTS_PATH: root } = this.settings;
    if (root !== undefined) this.start(root);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker === undefined) return;
    const tooLate = setTimeout(() => void worker.terminate(), stopMs);
    await Promise.race([this.ask({ ask: 'stop' }), new Promise((resolve) => worker.once('exit', resolve))]);
    clearTimeout(tooLate);
    await worker.terminate();
  }

  /** Resolves when nothing of a project is written any more; at once when nothing is read. */
  async forget(projectId: ProjectId): Promise<void> {
    await this.ask({ ask: 'forget', projectId });
  }

  /** The files of a project are read again. */
  async remind(projectId: ProjectId): Promise<void> {
    await this.ask({ ask: 'remind', projectId });
  }

  /** Conversations are made anew of those lines that are still known. */
  async foldAgain(conversationIds: readonly ConversationId[]): Promise<void> {
    await this.ask({ ask: 'fold', conversationIds });
  }

  private start(root: string): void {
    const task: ReadingTask = { settings: { ...this.settings }, databaseUri: this.database.uri, root };
    const worker = new Worker(programFile(), { workerData: task, resourceLimits });
    this.worker = worker;
    this.become('starting');
    worker.on('message', (message: ReadingMessage) => {
      this.hear(message);
    });
    worker.on('error', (error: Error) => {
      // One that is stopped while it starts has lost what it starts with.
      if (!this.isStopping) this.logger.error({ err: error }, 'the thread that reads transcripts has failed');
    });
    worker.once('exit', () => {
      this.worker = undefined;
      for (const resolve of this.answers.values()) resolve();
      this.answers.clear();
      if (this.isStopping) return;
      this.become('failed');
      this.restart = setTimeout(() => {
        this.start(root);
      }, restartMs).unref();
    });
  }

  private hear(message: ReadingMessage): void {
    if (message.kind === 'log') {
      const [line, ...rest] = message.lines;
      this.logger[message.level](line, ...rest.slice(0, 1));
      return;
    }
    if (message.kind === 'done') {
      this.answers.get(message.id)?.();
      this.answers.delete(message.id);
      return;
    }
    const { item } = message;
    if (item.kind === 'state') this.become(item.state);
    else this.feed.tell(item);
  }

  private become(state: WatcherState): void {
    if (this.current === state) return;
    this.current = state;
    this.feed.tell({ kind: 'state', state });
  }

  private async ask(ask: Ask): Promise<void> {
    const { worker } = this;
    if (worker === undefined) return;
    this.asked += 1;
    const id = this.asked;
    const answered = new Promise<void>((resolve) => this.answers.set(id, resolve));
    worker.postMessage({ id, ...ask } satisfies ReadingRequest);
    await answered;
  }
}

/** Under the tests the sources are TypeScript with decorators, which Node does not run by itself: there it is the built file. */
function programFile(): string {
  const here = fileURLToPath(import.meta.url);
  const folder = join(here, '..', 'reading');
  if (extname(here) === '.js') return join(folder, 'reading.thread.js');
  const source = `${sep}src${sep}`;
  const at = folder.lastIndexOf(source);
  return join(folder.slice(0, at), 'dist', folder.slice(at), 'reading.thread.js');
}
