import { createRequire } from 'node:module';

import type mongoose from 'mongoose';

type MongoClient = mongoose.mongo.MongoClient;

/** A command that was answered, or failed. */
export interface CommandTime {
  /** As it was sent: its name is the first field. */
  command: Readonly<Record<string, unknown>>;
  durationMs: number;
  hasFailed: boolean;
}

/** Called in the context of whoever gave the command. */
type CommandListener = (time: CommandTime) => void;

/**
 * Tells how long each command of a client took.
 *
 * The driver's own command monitoring hands every reply over as an object: with it on, the driver (7.8) decodes what a
 * cursor returns twice, which cost a page of fifty messages a sixth of the server's throughput. So this stands around
 * the one method that all commands go through, as OpenTelemetry's instrumentation of the driver does
 * (`@opentelemetry/instrumentation-mongodb`, `Connection.prototype.command`).
 *
 * Commands without a session are left out: the driver's heartbeats and handshakes.
 */
export function onCommandEnded(client: MongoClient, listener: CommandListener): void {
  wrapOnce();
  listeners.set(client, listener);
}

const listeners = new WeakMap<MongoClient, CommandListener>();

/** The part used here of the driver's connection, which it keeps to itself. */
interface DriverConnection {
  command(ns: unknown, command: Command, options?: CommandOptions, responseType?: unknown): Promise<unknown>;
}

type Command = CommandTime['command'];

interface CommandOptions {
  session?: { readonly client: MongoClient };
}

let isWrapped = false;

function wrapOnce(): void {
  if (isWrapped) return;
  isWrapped = true;
  // The driver that Mongoose uses, wherever npm put it.
  const fromMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
  const { Connection } = fromMongoose('mongodb/lib/cmap/connection.js') as {
    Connection: { prototype: DriverConnection };
  };
  const { prototype } = Connection;
  // It is called on the connection again, below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const send = prototype.command;
  prototype.command = function timed(ns, command, options, responseType) {
    const sent = send.call(this, ns, command, options, responseType);
    const listener = options?.session === undefined ? undefined : listeners.get(options.session.client);
    if (listener !== undefined) {
      const startedAt = performance.now();
      const end = (hasFailed: boolean) => {
        listener({ command, durationMs: performance.now() - startedAt, hasFailed });
      };
      sent.then(
        () => {
          end(false);
        },
        () => {
          end(true);
        },
      );
    }
    return sent;
  };
}
