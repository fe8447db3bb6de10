import type { RequestHandler } from 'express';

import { acceptCorrelationId, correlationHeader, runInContext } from '../request-context.js';

/** Gives each request its correlation id: the client's when it has the agreed form, else a new one. */
export const correlation: RequestHandler = (request, response, next) => {
  const correlationId = acceptCorrelationId(request.headers[correlationHeader]);
  response.setHeader('X-Correlation-ID', correlationId);
  runInContext({ correlationId }, () => {
    next();
  });
};
