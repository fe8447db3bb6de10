import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';

import { toProblem, toProblemDocument } from '../problem-document.js';
import { currentContext, currentCorrelationId } from '../request-context.js';

/** Everything that is thrown while serving HTTP ends here, as a problem document (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    this.answer(exception, host.switchToHttp().getRequest<Request>(), host.switchToHttp().getResponse<Response>());
  }

  /** The same, for middleware that no exception handler stands behind. */
  answer(exception: unknown, request: Request, response: Response): void {
    const problem = toProblem(exception);
    const correlationId = currentCorrelationId();
    const context = currentContext();
    if (context !== undefined) context.problem = problem.code;
    if (problem.code === 'internal_error') {
      this.logger.error({ err: problem.cause ?? exception, correlationId }, 'a request failed');
    }
    if (response.headersSent) {
      // Half an answer is out: only breaking the connection tells the client that it is not whole.
      response.destroy();
      return;
    }
    const document = toProblemDocument(problem, { instance: request.baseUrl + request.path, correlationId });
    if (problem.retryAfter !== undefined) response.setHeader('Retry-After', problem.retryAfter);
    if (document.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(document.status).type('application/problem+json').send(JSON.stringify(document));
  }
}
