import type { RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import type { Request } from 'express';
import helmet from 'helmet';
import type { Params } from 'nestjs-pino';

import { AppModule } from './app.module.js';
import { allowedMethods } from './common/http/allowed-methods.js';
import { correlation } from './common/http/correlation.js';
import { jsonBody } from './common/http/json-body.js';
import { nothingHere } from './common/http/nothing-here.js';
import { timelyRequests } from './common/http/timely-requests.js';
import { requestTelemetry } from './common/http/request-telemetry.js';
import { TimelyExpressAdapter } from './common/http/timely-express.adapter.js';
import { ProblemFilter } from './common/http/problem.filter.js';
import { Telemetry } from './common/telemetry/telemetry.js';
import { validationPipe } from './common/validation.js';
import type { Settings } from './config/settings.js';
import { openDatabase, type Database } from './database/database.js';
import { openApiDocument, serveOpenApi } from './docs/openapi.js';
import { createLogger, NestLogger, requestLogging } from './monitoring/logging.js';
import { OperationsPort } from './monitoring/operations-port.js';
import { Readiness } from './monitoring/readiness.js';
import { ConnectionDrain } from './realtime/connection-drain.js';
import { EventCatalogue, eventModels } from './realtime/event-catalogue.js';
import { SocketIoAdapter } from './realtime/socket-io.adapter.js';

/** A server that is up. */
export interface Confab {
  readonly app: NestExpressApplication;
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  /** Where `/metrics` and the dashboard are: there, or on a port of their own. */
  readonly operationsUrl: string;
  /** Finishes what was accepted, closes sockets and database, and stops the embedded database. */
  stop(): Promise<void>;
}

/**
 * Starts a server: database, application, listener. `program.ts` and the tests start it the same way.
 *
 * @throws EmbeddedMongodbError, or what the database driver or the listener throws; nothing is left running then
 */
export async function startConfab(settings: Settings): Promise<Confab> {
  const logging = requestLogging(createLogger(settings), settings);
  // Before the application is there: the database has things to say while it starts.
  Logger.overrideLogger(new NestLogger(logging));
  const database = await openDatabase(settings);
  let begun: NestExpressApplication | undefined;
  try {
    const { app, operations } = await createApp(settings, database, logging);
    begun = app;
    const connections = openConnections(app);
    await app.init();
    app.use(nothingHere(new ProblemFilter()));
    await app.listen(settings.PORT, settings.HOST);
    await operations?.listen();
    const url = urlOf(portOf(app), settings);
    const readiness = app.get(Readiness);
    readiness.serve();
    return {
      app,
      url,
      operationsUrl: operations === null ? url : urlOf(operations.port, settings),
      stop: async () => {
        readiness.drain();
        // The balancer in front needs a moment to see it; whoever it still sends here is served.
        await sleep(settings.DRAIN_DELAY_MS);
        const cut = cutUnfinished(connections, settings);
        app.getHttpServer().close();
        await app.get(ConnectionDrain).run(settings.SHUTDOWN_TIMEOUT_MS / 3);
        await operations?.close();
        await app.close();
        clearTimeout(cut);
        await database.stop();
      },
    };
  } catch (error) {
    // What works in the background ends before its database; whether it ends well does not matter any more.
    await begun?.close().catch(() => undefined);
    await database.stop();
    throw error;
  }
}

async function createApp(
  settings: Settings,
  database: Database,
  logging: Params,
): Promise<{ app: NestExpressApplication; operations: OperationsPort | null }> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with(settings, database, logging),
    new TimelyExpressAdapter(),
    { bodyParser: false, logger: new NestLogger(logging), abortOnError: false },
  );
  if (settings.TRUST_PROXY.length > 0) app.set('trust proxy', trustProxy(settings.TRUST_PROXY));
  app.use(correlation);
  const telemetry = app.get(Telemetry);
  if (telemetry.isOn) app.use(requestTelemetry(telemetry));
  const operations =
    settings.METRICS_PORT === undefined
      ? null
      : new OperationsPort(app.getHttpAdapter().getInstance() as RequestListener, settings);
  if (operations !== null) app.use(operations.gate);
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.enableCors({ origin: [...settings.CORS_ORIGINS], credentials: true, exposedHeaders: [...exposedHeaders] });
  app.use(compression({ threshold: 1024 }));
  const isUpload = ({ method, path }: Request) => method === 'POST' && path === `${settings.API_PREFIX}/attachments`;
  app.use(timelyRequests(isUpload));
  app.use(jsonBody(isUpload));
  app.setGlobalPrefix(settings.API_PREFIX, {
    exclude: [...withoutPrefix],
  });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.useWebSocketAdapter(new SocketIoAdapter(app, settings));
  const document = openApiDocument(app, eventModels);
  app.use(allowedMethods(new Map(Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)]))));
  serveOpenApi(app, document);
  app.get(EventCatalogue).publish(document);
  // Beside the sockets, as many again for requests; Node's own limit is none.
  app.getHttpServer().maxConnections = settings.WS_MAX_CONNECTIONS * 2;
  return { app, operations };
}

/** For operators and people: outside of the API's prefix. */
const withoutPrefix = [
  '/',
  'assets/:file',
  'observatory',
  'observatory/assets/:file',
  'health',
  'health/live',
  'health/ready',
  'dashboard',
  'dashboard/assets/:file',
  'dashboard/api/access',
  'dashboard/api/data',
  'dashboard/api/session',
  'metrics',
  'docs/problems',
  'docs/events',
  'docs/asyncapi.json',
  'docs/guide',
  'docs/guide/*path',
  'docs/page.css',
  'docs/icon.svg',
  'llms.txt',
];

/** What pages of allowed origins may read of an answer besides its body. */
const exposedHeaders = [
  'X-Correlation-ID',
  'Retry-After',
  ...['ETag', 'Accept-Ranges', 'Content-Range', 'Content-Disposition'],
  ...['', '-authPerMinute', '-loginFailures', '-messagesPerMinute', '-uploadsPerMinute'].flatMap((rate) =>
    ['Limit', 'Remaining', 'Reset'].map((what) => `RateLimit-${what}${rate}`),
  ),
];

/**
 * A stop waits for the requests that are being answered, and for sockets to say goodbye. It must not wait for connections
 * that never finish theirs, have sent nothing at all, or were upgraded and fell silent: Node counts those as busy, or
 * not at all. They get half of the time that a stop may take.
 */
function cutUnfinished(connections: ReadonlySet<Socket>, settings: Settings): NodeJS.Timeout {
  return setTimeout(() => {
    for (const connection of connections) connection.destroy();
  }, settings.SHUTDOWN_TIMEOUT_MS / 2);
}

/** The open connections of the HTTP server, upgraded ones too. */
function openConnections(app: NestExpressApplication): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  app.getHttpServer().on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  return connections;
}

/** Express takes a number of hops, or a list of addresses and networks. */
function trustProxy(setting: readonly string[]): number | string[] {
  const [first] = setting;
  return setting.length === 1 && first !== undefined && /^\d+$/.test(first) ? Number(first) : [...setting];
}

function portOf(app: NestExpressApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

function urlOf(port: number, settings: Settings): string {
  const host = ['0.0.0.0', '::'].includes(settings.HOST) ? '127.0.0.1' : settings.HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
