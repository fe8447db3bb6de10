/**
 * Every problem that a client can be told of, once: HTTP answers, socket acks and error frames all read this table.
 * `code` is stable and machine-readable; `title` is for people and never changes with the occurrence (RFC 9457, 3.1.3).
 */
export const problems = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  unauthenticated: { status: 401, title: 'A valid access token is required' },
  token_expired: { status: 401, title: 'The token has expired' },
  invalid_credentials: { status: 401, title: 'Name or password is wrong' },
  session_revoked: { status: 401, title: 'The session has ended' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_a_member: { status: 403, title: 'Not a member of this group' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict with the present state' },
  gone: { status: 410, title: 'No longer there' },
  payload_too_large: { status: 413, title: 'The payload is too large' },
  unsupported_media_type: { status: 415, title: 'Media type not supported' },
  range_not_satisfiable: { status: 416, title: 'No such part of the content' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** One fault of one field; `field` is a path such as `memberIds.0`, empty for the body as a whole. */
export interface FieldError {
  field: string;
  message: string;
}

/** The body of every error answer (RFC 9457), the same over HTTP (`application/problem+json`) and sockets. */
export interface ProblemDocument {
  /** Where the code is explained: a path on the same server. */
  type: string;
  title: string;
  status: number;
  /** What was wrong this time, for people. */
  detail: string;
  /** The path of the request, or the name of the socket event. */
  instance: string;
  code: ProblemCode;
  correlationId: string;
  errors?: FieldError[];
  /** Seconds after which it is worth trying again. */
  retryAfter?: number;
}
