/** What the observatory shows of transcripts of Claude Code. Times are ISO 8601 in UTC with milliseconds. */
import type { Page } from './views.js';

/** One setting of a project: whatever its readers agree on. */
export type ProjectSetting = string | number | boolean;

/** A folder of transcripts: one working directory. */
export interface ProjectView {
  /** Made from the folder's name: the same wherever it is read. */
  id: string;
  name: string;
  /** The working directory, as the lines have it; `null` while no line has said it. */
  path: string | null;
  /** The folder's name below `TRANSCRIPTS_PATH`. */
  folder: string;
  description: string;
  settings: Record<string, ProjectSetting>;
  conversationCount: number;
  /** Of its latest line; while there is none, of its making. */
  lastActivityAt: string;
  createdAt: string;
  updatedAt: string;
}

export const projectSorts = ['lastActivityAt', 'name', 'createdAt', 'conversationCount'] as const;
export type ProjectSort = (typeof projectSorts)[number];
export const sortOrders = ['asc', 'desc'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** Where a numbered page lies. */
export interface PaginationView {
  page: number;
  limit: number;
  total: number;
  pages: number;
  hasNext: boolean;
  hasPrev: boolean;
}

export interface ProjectPage extends Page<ProjectView> {
  pagination: PaginationView;
}

export interface CreateProjectRequest {
  /** The working directory whose transcripts it is to show. */
  path: string;
  /** The last part of the path when absent. */
  name?: string;
  description?: string;
  settings?: Record<string, ProjectSetting>;
}

/** What is absent stays as it is; `settings` are replaced as a whole. */
export interface UpdateProjectRequest {
  name?: string;
  description?: string;
  settings?: Record<string, ProjectSetting>;
}

/** `error`: its last line is an API error. `active`: its last line is not older than `limits.observatory.activeWithinMs`. */
export const conversationStatuses = ['active', 'completed', 'error'] as const;
export type ConversationStatus = (typeof conversationStatuses)[number];

/** Counted once for each answer of the model, however many lines repeat it. */
export interface TokenUsageView {
  inputTokens: number;
  outputTokens: number;
  cacheCreationInputTokens: number;
  cacheReadInputTokens: number;
}

export interface ModelUsageView extends TokenUsageView {
  model: string;
  /** Answers of the model. */
  messages: number;
}

export interface ConversationView {
  /** Made from the session id: the same wherever it is read. */
  id: string;
  sessionId: string;
  projectId: string;
  /** Its summary, else its first question. */
  title: string | null;
  /** As of now. */
  status: ConversationStatus;
  /** `null` when no line has a time. */
  startedAt: string | null;
  lastActivityAt: string | null;
  gitBranch: string | null;
  /** Of Claude Code. */
  version: string | null;
  /** Lines of people and of the model. */
  messageCount: number;
  /** Those, and what else belongs to the tree. */
  entryCount: number;
  toolCallCount: number;
  errorCount: number;
  usage: ModelUsageView[];
}

export const entryTypes = ['user', 'assistant', 'system', 'other'] as const;
export type EntryType = (typeof entryTypes)[number];

export const blockTypes = ['text', 'thinking', 'tool_use', 'tool_result', 'image', 'other'] as const;
export type BlockType = (typeof blockTypes)[number];

export interface BlockView {
  type: BlockType;
  /** Text; of a tool's use its input as JSON; of an image nothing. */
  text: string;
  /** Of the whole text; more than `text` has when it was cut. */
  length: number;
  /** What a tool's use and its result share. */
  toolUseId: string | null;
  toolName: string | null;
  isError: boolean;
  /** Of an image. */
  mediaType: string | null;
}

/** One line of a conversation. */
export interface EntryView {
  /** Within its conversation: the line's `uuid`, or a hash of a line that has none. */
  id: string;
  uuid: string | null;
  parentUuid: string | null;
  type: EntryType;
  /** What the line itself calls its type. */
  lineType: string;
  role: string | null;
  model: string | null;
  /** What the lines of one answer of the model share. */
  messageId: string | null;
  blocks: BlockView[];
  /** Blocks that are too many to be kept. */
  omittedBlocks: number;
  at: string | null;
  isSidechain: boolean;
  isMeta: boolean;
  isError: boolean;
  /** In `tree` order: how deep it lies; else `null`. */
  depth: number | null;
}

export const entryOrders = ['line', 'tree'] as const;
export type EntryOrder = (typeof entryOrders)[number];

export interface ToolStatisticsView {
  name: string;
  calls: number;
  failures: number;
  /** Calls without a result. */
  unanswered: number;
  /** Milliseconds between the line of a call and the line of its result. */
  totalMs: number;
  averageMs: number | null;
  longestMs: number | null;
}

export interface ActivityView {
  /** The beginning of an hour. */
  at: string;
  messages: number;
  toolCalls: number;
  outputTokens: number;
}

export interface ConversationAnalyticsView {
  conversationId: string;
  /** From the first line to the last. */
  durationMs: number;
  /** Without pauses longer than `limits.observatory.activeWithinMs`. */
  activeMs: number;
  turns: { count: number; averageMs: number | null; longestMs: number | null };
  messages: { user: number; assistant: number; system: number; other: number; sidechain: number };
  tools: ToolStatisticsView[];
  tokens: TokenUsageView & {
    byModel: ModelUsageView[];
    /** Of all tokens that went in, those read from the cache; `null` when none went in. */
    cacheShare: number | null;
  };
  errors: number;
  /** Hours in which there was something. */
  activity: ActivityView[];
}

export const fileStates = ['read', 'reading', 'gone', 'unreadable'] as const;
export type FileState = (typeof fileStates)[number];

export const lineProblems = ['not_json', 'not_an_object', 'not_understood', 'too_large', 'invalid_utf8'] as const;
export type LineProblem = (typeof lineProblems)[number];

/** A line that could not be understood. */
export interface ProblemLineView {
  id: string;
  /** Below `TRANSCRIPTS_PATH`. */
  path: string;
  projectId: string;
  /** From 1. */
  lineNumber: number;
  problem: LineProblem;
  /** Its beginning. */
  excerpt: string;
  bytes: number;
}

/** `off`: nothing is watched. `waiting`: the folder is not there. `failed`: it starts again by itself. */
export const watcherStates = ['off', 'starting', 'waiting', 'scanning', 'watching', 'failed'] as const;
export type WatcherState = (typeof watcherStates)[number];

/** `GET /observatory/status`. */
export interface ObservatoryStatusView {
  state: WatcherState;
  files: { total: number; read: number; reading: number; gone: number; unreadable: number };
  lines: { total: number; entries: number; summaries: number; skipped: number; blank: number; problems: number };
  /** `lag`: bytes of files that are there and were not read yet, half-written lines among them. */
  bytes: { read: number; lag: number };
  projects: number;
  conversations: number;
}

/** A file, as the channel `observatory:files` shows it. */
export interface TranscriptFileView {
  id: string;
  path: string;
  projectId: string;
  state: FileState;
  bytes: number;
  readBytes: number;
  lines: number;
  problems: number;
}

/** The beginning of a new entry. */
export interface EntryPreviewView {
  id: string;
  type: EntryType;
  at: string | null;
  isSidechain: boolean;
  preview: string;
}

/** What the server's own channels carry. */
export type ChannelNews =
  | { channel: 'observatory:projects'; event: 'project.updated'; data: { project: ProjectView } }
  | { channel: 'observatory:projects'; event: 'project.deleted'; data: { projectId: string } }
  | { channel: 'observatory:conversations'; event: 'conversation.updated'; data: { conversation: ConversationView } }
  | {
      channel: 'observatory:conversations';
      event: 'entries.added';
      data: { conversationId: string; count: number; entries: EntryPreviewView[] };
    }
  | { channel: 'observatory:files'; event: 'file.updated'; data: { file: TranscriptFileView } }
  | { channel: 'system'; event: 'observatory.state'; data: { state: WatcherState } };

/** `broadcast`: news of a channel, and when it left. */
export type BroadcastPayload = ChannelNews & { timestamp: string };
