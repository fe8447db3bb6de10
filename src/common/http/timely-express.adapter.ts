import { createServer, type RequestListener, type Server } from 'node:http';

import { ExpressAdapter } from '@nestjs/platform-express';

import { limits } from '../../../contract/limits.js';

/** How often Node looks for requests that take too long. */
const checkEveryMs = 1_000;

/**
 * Express on a server that cuts slow requests when it is time: here the longest, an upload, and all others in
 * `timelyRequests`. Node's own limits are 60 s for headers and 300 s for a request; and it looks only every 30 s, which
 * can be set when the server is made and not later.
 */
export class TimelyExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = timelyServer(this.getInstance<RequestListener>());
  }
}

/** A server that cuts slow requests when it is time. */
export function timelyServer(application: RequestListener): Server {
  return createServer(
    {
      headersTimeout: limits.headers.timeoutMs,
      requestTimeout: limits.attachments.uploadTimeoutMs,
      connectionsCheckingInterval: checkEveryMs,
    },
    application,
  );
}
