import { HttpException } from '@nestjs/common';

import { problems, type ProblemCode, type ProblemDocument } from '../../contract/problems.js';
import { isDatabaseOutage } from './database-outage.js';
import { Problem } from './problem.js';

/** Where a problem happened: the request's path or the socket event's name, and the id that its log lines carry. */
export interface Occurrence {
  instance: string;
  correlationId: string;
}

/**
 * Turns whatever was thrown into a {@link Problem}. What is not ours and not known becomes `internal_error` with the
 * original as its cause, which is logged and never sent.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return fromHttpException(error);
  const status = statusOfMiddlewareError(error);
  if (status === 413) {
    return new Problem('payload_too_large', 'The body is larger than this server takes.', { cause: error });
  }
  if (status === 415) {
    return new Problem('unsupported_media_type', 'The encoding of the body is not supported.', { cause: error });
  }
  if (status !== undefined) {
    return new Problem('malformed_json', 'The body could not be read as JSON.', { cause: error });
  }
  if (isDatabaseOutage(error)) {
    return new Problem('unavailable', 'The database does not answer; try again.', { retryAfter: 1, cause: error });
  }
  return new Problem('internal_error', 'Something went wrong on the server.', { cause: error });
}

/** The RFC 9457 document that clients get for a problem. */
export function toProblemDocument(problem: Problem, occurrence: Occurrence): ProblemDocument {
  const { status, title } = problems[problem.code];
  return {
    type: `/docs/problems#${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance: occurrence.instance,
    code: problem.code,
    correlationId: occurrence.correlationId,
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.retryAfter !== undefined && { retryAfter: problem.retryAfter }),
  };
}

const codeOfHttpStatus: Partial<Record<number, ProblemCode>> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  410: 'gone',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
  429: 'rate_limited',
  503: 'unavailable',
};

/** Nest's own exceptions: from its router, its parsers and its guards. */
function fromHttpException(error: HttpException): Problem {
  const code = codeOfHttpStatus[error.getStatus()] ?? 'internal_error';
  const detail = code === 'internal_error' ? 'Something went wrong on the server.' : error.message;
  return new Problem(code, detail, { cause: error });
}

/**
 * Errors of Express' body readers carry the 4xx status that they ask for (`http-errors`), among them a path that is
 * not valid percent-encoding. Anything else has no status.
 */
function statusOfMiddlewareError(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}
