import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';

import { currentContext } from '../common/request-context.js';
import type { Telemetry } from '../common/telemetry/telemetry.js';
import { onCommandEnded } from './command-times.js';
import { filterShape } from './filter-shape.js';

/** What is slow by its nature, and done when the server starts. */
const setUp: ReadonlySet<string> = new Set(['createIndexes', 'create', 'hello', 'endSessions']);

/** Times each database command, and keeps what the slow ones asked for: never the values. */
export function watchCommands(connection: Connection, telemetry: Telemetry): void {
  const logger = new Logger('Database');
  onCommandEnded(connection.getClient(), ({ command, durationMs, hasFailed }) => {
    const name = nameOf(command);
    if (setUp.has(name)) return;
    telemetry.command(name, durationMs, hasFailed, () => {
      const asked = { collection: collectionOf(name, command), filterShape: filterShape(command) };
      logger.warn({ command: name, ...asked, durationMs, slow_query: true }, 'slow database command');
      return { ...asked, correlationId: currentContext()?.correlationId ?? null };
    });
  });
}

/** Logs each database command at debug level: its name, collection, the shape of what it asked, and its time. */
export function logCommands(connection: Connection): void {
  const logger = new Logger('Database');
  const underWay = new Map<number, CommandStarted>();
  connection.on('commandStarted', (started: CommandStarted) => {
    underWay.set(started.requestId, started);
  });
  const ended =
    (outcome: 'succeeded' | 'failed') =>
    ({ requestId, commandName, duration }: CommandEnded) => {
      const started = underWay.get(requestId);
      underWay.delete(requestId);
      const command = started?.command ?? {};
      const asked = { collection: collectionOf(commandName, command), filter: filterShape(command) };
      logger.debug({ command: commandName, ...asked, durationMs: duration, outcome }, 'database command');
    };
  connection.on('commandSucceeded', ended('succeeded'));
  connection.on('commandFailed', ended('failed'));
}

/** Counts the driver's connections to the database. Called when it is connected: those of before are seen when used. */
export function watchPool(connection: Connection, { pool }: Telemetry): void {
  const open = new Set<string>();
  const note = (address: string, connectionId: unknown) => {
    open.add(`${address} ${String(connectionId)}`);
    pool.open = open.size;
  };
  connection
    .getClient()
    .on('connectionCreated', ({ address, connectionId }) => {
      note(address, connectionId);
    })
    .on('connectionClosed', ({ address, connectionId }) => {
      open.delete(`${address} ${String(connectionId)}`);
      pool.open = open.size;
    })
    .on('connectionCheckOutStarted', () => {
      pool.waiting += 1;
    })
    .on('connectionCheckOutFailed', () => {
      pool.waiting -= 1;
    })
    .on('connectionCheckedOut', ({ address, connectionId }) => {
      pool.waiting -= 1;
      pool.inUse += 1;
      note(address, connectionId);
    })
    .on('connectionCheckedIn', () => {
      pool.inUse -= 1;
    });
}

function nameOf(command: Readonly<Record<string, unknown>>): string {
  for (const name in command) return name;
  return '';
}

function collectionOf(name: string, command: Readonly<Record<string, unknown>>): string | null {
  const collection = command[name];
  return typeof collection === 'string' ? collection : null;
}

/** The parts used here of the driver's command monitoring events, which Mongoose passes on. */
interface CommandStarted {
  requestId: number;
  commandName: string;
  command: Readonly<Record<string, unknown>>;
}

interface CommandEnded {
  requestId: number;
  commandName: string;
  duration: number;
}
