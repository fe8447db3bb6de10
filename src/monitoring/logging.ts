import type { IncomingMessage } from 'node:http';

import { Logger, PinoLogger, type Params } from 'nestjs-pino';
import { pino, type Logger as PinoInstance, type LoggerOptions } from 'pino';
import type { Options } from 'pino-http';
import { PinoPretty as pretty } from 'pino-pretty';

import { currentContext } from '../common/request-context.js';
import type { Settings } from '../config/settings.js';
import { errorInShort } from './error-in-short.js';

/** Paths of values that must never stand in a log line. */
const secrets = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["sec-websocket-protocol"]',
  'res.headers["set-cookie"]',
  '*.password',
  '*.passwordHash',
  '*.accessToken',
  '*.refreshToken',
  '*.token',
];

/** The one logger of a process: JSON in production, readable elsewhere; each line with its correlation id. */
export function createLogger(settings: Settings): PinoInstance {
  const options: LoggerOptions = {
    level: settings.LOG_LEVEL,
    redact: { paths: secrets, censor: '[redacted]' },
    serializers: { err: errorInShort },
    mixin: contextOfLine,
  };
  if (settings.LOG_FORMAT === 'json') return pino(options);
  return pino(options, pretty({ sync: true, singleLine: true, translateTime: 'HH:MM:ss.l', ignore: shownOtherwise }));
}

function contextOfLine(): object {
  const context = currentContext();
  if (context === undefined) return {};
  const { correlationId, userId, route } = context;
  return { correlationId, ...(userId !== undefined && { userId }), ...(route !== undefined && { route }) };
}

/** What a reader of pretty lines does not need to see again. */
const shownOtherwise = 'pid,hostname,req,res';

/** One line a request, at its end. */
export function requestLogging(logger: PinoInstance, settings: Settings): Params {
  const pinoHttp: Options = {
    logger,
    genReqId: () => currentContext()?.correlationId ?? '',
    // Its own request id would stand beside the correlation id, which the logger's mixin puts into every line.
    customAttributeKeys: { responseTime: 'durationMs' },
    serializers: { req: requestInShort, res: responseInShort, err: errorInShort },
    customLogLevel: (request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'error';
      if (response.statusCode >= 400) return 'warn';
      // A page that asks every few seconds would fill the log with itself.
      return isAskedAgainAndAgain(request) ? 'debug' : 'info';
    },
    customSuccessMessage: (request, response) =>
      `${request.method ?? ''} ${pathOf(request)} ${String(response.statusCode)}`,
    customSuccessObject: (_request, _response, line: { durationMs?: number }) => ({
      ...line,
      ...slowFlags(line.durationMs ?? 0, settings),
    }),
    // Nest applies the middleware twice to routes that stand outside the API's prefix: once is enough for the log.
    autoLogging: { ignore: (request) => pathOf(request).startsWith('/health') || isLoggedTwice(request) },
  };
  return { pinoHttp, assignResponse: false };
}

/**
 * Nest's logger over ours. What Nest says of its modules and routes while it starts is for those who debug; and so are
 * the stacks of a start that fails, since `program.ts` says in a line why.
 */
export class NestLogger extends Logger {
  private static readonly starting = new Set([
    'NestFactory',
    'NestApplication',
    'InstanceLoader',
    'RoutesResolver',
    'RouterExplorer',
    'WebSocketsController',
  ]);

  /** Who tells of errors that are then thrown at whoever starts the server. */
  private static readonly failingToStart = new Set(['MongooseModule', 'NestApplication', 'ExceptionHandler']);

  /** @param params those of the module too: nestjs-pino keeps one root logger, that of whoever comes first */
  constructor(params: Params) {
    super(new PinoLogger(params), params);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && NestLogger.starting.has(context)) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && NestLogger.failingToStart.has(context)) super.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}

const logged = new WeakSet<IncomingMessage>();

function isLoggedTwice(request: IncomingMessage): boolean {
  if (logged.has(request)) return true;
  logged.add(request);
  return false;
}

function slowFlags(durationMs: number, settings: Settings): object {
  if (durationMs >= settings.VERY_SLOW_REQUEST_MS) return { slow_request: true, very_slow_request: true };
  return durationMs >= settings.SLOW_REQUEST_MS ? { slow_request: true } : {};
}

function isAskedAgainAndAgain(request: IncomingMessage): boolean {
  return ['/dashboard/api/data', '/metrics'].includes(pathOf(request));
}

/** Without the query, which may carry a token. */
function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  return withoutSecrets(request.originalUrl ?? request.url ?? '');
}

/** The code of an invitation lets its bearer into a group: it stands in paths, and in no log. */
function withoutSecrets(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(/\/invites\/[^/]+/i, '/invites/[redacted]');
}

function requestInShort(request: { method: string; url: string; remoteAddress: string }): object {
  return { method: request.method, url: withoutSecrets(request.url), address: request.remoteAddress };
}

function responseInShort(response: { statusCode: number }): object {
  return { status: response.statusCode };
}
