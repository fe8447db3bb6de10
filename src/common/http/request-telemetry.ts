import type { RequestHandler } from 'express';

import { currentContext } from '../request-context.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { routeTemplate } from './route-template.js';

/** What operators and load balancers ask for, again and again. */
const operational = /^\/(?:health|metrics|dashboard|docs)(?:\/|$)/;

/** Counts each request when its answer is out, or its client has gone. Stands behind {@link correlation}. */
export function requestTelemetry(telemetry: Telemetry): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const context = currentContext();
    telemetry.inFlight += 1;
    response.once('close', () => {
      telemetry.inFlight -= 1;
      const route = routeTemplate(request);
      telemetry.request(
        {
          correlationId: context?.correlationId ?? '',
          method: request.method,
          route,
          // As nginx has it: the client went away before it was answered.
          status: response.writableFinished ? response.statusCode : 499,
          durationMs: performance.now() - startedAt,
          userId: context?.userId ?? null,
          code: context?.problem ?? null,
        },
        operational.test(route),
      );
    });
    next();
  };
}
