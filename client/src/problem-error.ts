import { problems } from '../../contract/problems.js';
import type { FieldError, ProblemCode, ProblemDocument } from '../../contract/problems.js';

/** What can go wrong on this side of the wire, besides the codes of the server. */
export type LocalProblemCode =
  /** The client was closed, or was never opened. */
  | 'closed'
  /** There is no connection now, or it broke before the answer came. */
  | 'disconnected'
  /** The server took an event and did not answer in time. */
  | 'no_answer'
  /** The server could not be reached, or what answered is no Confab server. */
  | 'network'
  /** Too many messages wait to be sent. */
  | 'queue_full';

const localTitles: Record<LocalProblemCode, string> = {
  closed: 'The client is closed',
  disconnected: 'Not connected',
  no_answer: 'No answer in time',
  network: 'The server could not be reached',
  queue_full: 'Too many messages wait to be sent',
};

/** The one error that this package throws: a problem of the server (RFC 9457), or one of its own. */
export class ProblemError extends Error {
  /** Stable and machine-readable. */
  readonly code: ProblemCode | LocalProblemCode;
  /** Of the HTTP answer or the problem document; 0 when the problem is not the server's. */
  readonly status: number;
  /** What kind of problem it is; `message` says what was wrong this time. */
  readonly title: string;
  readonly errors: readonly FieldError[];
  /** Seconds after which it is worth trying again; `null` when the server did not say. */
  readonly retryAfter: number | null;
  /** Names the log lines of the server that belong to this; `null` when the problem is not the server's. */
  readonly correlationId: string | null;

  private constructor(
    about: Pick<ProblemError, 'code' | 'status' | 'title'> & Partial<Omit<ProblemDocument, 'code'>>,
    detail = about.title,
  ) {
    super(detail);
    this.name = 'ProblemError';
    this.code = about.code;
    this.status = about.status;
    this.title = about.title;
    this.errors = about.errors ?? [];
    this.retryAfter = about.retryAfter ?? null;
    this.correlationId = about.correlationId ?? null;
  }

  /** What the server said. */
  static from(document: ProblemDocument): ProblemError {
    return new ProblemError(document, document.detail);
  }

  /** A problem of the server's table that this side can tell by itself. */
  static known(code: ProblemCode, detail: string): ProblemError {
    return new ProblemError({ code, ...problems[code] }, detail);
  }

  /** What this side has to say. */
  static local(code: LocalProblemCode, detail?: string, cause?: unknown): ProblemError {
    const error = new ProblemError({ code, status: 0, title: localTitles[code] }, detail);
    if (cause !== undefined) error.cause = cause;
    return error;
  }
}

/** Whether a value that came from outside looks like a problem document. */
export function isProblemDocument(value: unknown): value is ProblemDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { code, status, title } = value as Record<string, unknown>;
  return typeof code === 'string' && typeof status === 'number' && typeof title === 'string';
}

/** Whatever was thrown, as the error that this package throws. */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return ProblemError.local('network', error instanceof Error ? error.message : undefined, error);
}

const passing: ReadonlySet<string> = new Set([
  'disconnected',
  'no_answer',
  'network',
  'unavailable',
  'rate_limited',
  'token_expired',
]);

/** Whether the same may go through later. Everything else would be refused each time. */
export function isWorthRepeating({ code }: ProblemError): boolean {
  return passing.has(code);
}
