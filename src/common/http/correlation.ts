import type { RequestHandler } from 'express';

import { acceptCorrelationId, correlationHeader, runInContext } from '../request-context.js';
import { routeTemplate } from './route-template.js';

/** Gives each request its correlation id: the client's when it has the agreed form, else a new one. */
export const correlation: RequestHandler = (request, response, next) => {
  const correlationId = acceptCorrelationId(request.headers[correlationHeader]);
  response.setHeader('X-Correlation-ID', correlationId);
  const context = {
    correlationId,
    get route() {
      return routeTemplate(request);
    },
  };
  runInContext(context, () => {
    next();
  });
};
