import type { Request, RequestHandler } from 'express';

import { limits } from '../../../contract/limits.js';
import { hasBody } from './json-body.js';

/**
 * Cuts requests whose body does not come in time. Node has one time for all requests, which is that of the longest
 * upload; here all others get theirs. An upload may take as long as it goes on.
 *
 * @param isStreamed requests whose body their route reads by itself, while it comes
 */
export function timelyRequests(isStreamed: (request: Request) => boolean): RequestHandler {
  return (request, response, next) => {
    if (isStreamed(request)) {
      request.setTimeout(limits.request.timeoutMs, () => request.destroy());
      // What is then done with it is none of the client's doing.
      request.once('end', () => request.socket.setTimeout(0));
    } else if (hasBody(request)) {
      const timer = setTimeout(() => {
        if (request.complete) return;
        // As Node answers it, whose own time this is when it is the shorter one.
        if (!response.headersSent) response.writeHead(408, { Connection: 'close' });
        response.end(() => request.destroy());
      }, limits.request.timeoutMs);
      request.once('close', () => clearTimeout(timer));
    }
    next();
  };
}
