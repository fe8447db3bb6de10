import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';

import { limits } from '../../../contract/limits.js';
import { depthExceeds } from '../json-depth.js';
import { toProblem } from '../problem-document.js';
import { Problem } from '../problem.js';

const read = json({ limit: limits.body.maxBytes, strict: true, type: ['application/json', 'application/*+json'] });

/**
 * Reads JSON bodies, and only those: a form body would turn `a[$ne]=x` into an operator. The body must be an object,
 * small, and not deeply nested; anything else is refused before a validator walks it.
 *
 * @param isStreamed requests whose body their route reads by itself, while it comes
 */
export function jsonBody(isStreamed: (request: Request) => boolean): RequestHandler {
  return (request, response, next) => {
    if (isStreamed(request)) {
      next();
      return;
    }
    if (hasBody(request) && request.is(['application/json', 'application/*+json']) === false) {
      next(new Problem('unsupported_media_type', 'Send the body as application/json.'));
      return;
    }
    read(request, response, (error?: unknown) => {
      if (error !== undefined && error !== null) next(toProblem(error));
      else checkShape(request, response, next);
    });
  };
}

function checkShape(request: Request, _response: Response, next: NextFunction): void {
  const body: unknown = request.body;
  if (body === undefined) {
    request.body = {};
    next();
  } else if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    next(new Problem('validation_failed', 'The body must be a JSON object.'));
  } else if (depthExceeds(body, limits.body.maxDepth)) {
    next(new Problem('validation_failed', 'The body is nested too deeply.'));
  } else {
    next();
  }
}

/** Whether a request brings a body. */
export function hasBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}
