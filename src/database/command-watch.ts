import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';

import { currentContext } from '../common/request-context.js';
import type { Telemetry } from '../common/telemetry/telemetry.js';
import { filterShape } from './filter-shape.js';

/** What is slow by its nature, and done when the server starts. */
const setUp: ReadonlySet<string> = new Set(['createIndexes', 'create', 'hello', 'endSessions']);

/** Times each database command, and keeps what the slow ones asked for: never the values. */
export function watchCommands(connection: Connection, telemetry: Telemetry): void {
  const logger = new Logger('Database');
  const underWay = new Map<number, CommandStarted>();
  connection.on('commandStarted', (started: CommandStarted) => {
    underWay.set(started.requestId, started);
  });
  const ended =
    (failed: boolean) =>
    ({ requestId, commandName, duration }: CommandEnded) => {
      const started = underWay.get(requestId);
      underWay.delete(requestId);
      if (setUp.has(commandName)) return;
      telemetry.command(commandName, duration, failed, () => {
        const asked = { collection: collectionOf(started), filterShape: filterShape(started?.command ?? {}) };
        logger.warn(
          { command: commandName, ...asked, durationMs: duration, slow_query: true },
          'slow database command',
        );
        return { ...asked, correlationId: currentContext()?.correlationId ?? null };
      });
    };
  connection.on('commandSucceeded', ended(false));
  connection.on('commandFailed', ended(true));
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
      const asked = { collection: collectionOf(started), filter: filterShape(started?.command ?? {}) };
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

function collectionOf(started: CommandStarted | undefined): string | null {
  const collection = started?.command[started.commandName];
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
