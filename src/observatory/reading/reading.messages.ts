import type { Settings } from '../../config/settings.js';
import type { ConversationId, ProjectId } from '../observatory-ids.js';
import type { ReadingNewsItem } from './reading-news.js';

/** What the thread that reads is started with. */
export interface ReadingTask {
  /** Of the whole server; the thread has a connection of its own. */
  settings: Settings;
  databaseUri: string;
  root: string;
}

/** What it is asked; answered by `done` with the same number. */
export type ReadingRequest = { id: number } & (
  | { ask: 'forget'; projectId: ProjectId }
  | { ask: 'remind'; projectId: ProjectId }
  | { ask: 'fold'; conversationIds: readonly ConversationId[] }
  | { ask: 'stop' }
);

export type LogLevel = 'log' | 'warn' | 'error' | 'debug' | 'verbose' | 'fatal';

/** What it says. */
export type ReadingMessage =
  | { kind: 'news'; item: ReadingNewsItem }
  | { kind: 'done'; id: number }
  | { kind: 'log'; level: LogLevel; lines: unknown[] };
