import type { FieldError, ProblemCode } from '../../contract/problems.js';

interface ProblemExtras {
  errors?: FieldError[];
  /** Seconds after which it is worth trying again. */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * The one way in which our code says no. Services throw it, the HTTP filter and the socket filter turn it into the
 * RFC 9457 document; its `detail` is shown to clients, so nothing internal stands in it.
 */
export class Problem extends Error {
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    extras: ProblemExtras = {},
  ) {
    super(detail, { cause: extras.cause });
    this.name = 'Problem';
    this.errors = extras.errors;
    this.retryAfter = extras.retryAfter;
  }

  /** A `validation_failed` about one field. */
  static field(field: string, message: string): Problem {
    return new Problem('validation_failed', `${field} ${message}`, { errors: [{ field, message }] });
  }
}
