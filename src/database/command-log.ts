import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';

/** Logs each database command at debug level: its name, collection and time, never its values. */
export function logCommands(connection: Connection): void {
  const logger = new Logger('Database');
  const collections = new Map<number, unknown>();
  connection.on('commandStarted', ({ requestId, commandName, command }: CommandStarted) => {
    collections.set(requestId, command[commandName]);
  });
  const ended =
    (outcome: 'succeeded' | 'failed') =>
    ({ requestId, commandName, duration }: CommandEnded) => {
      const collection = collections.get(requestId);
      collections.delete(requestId);
      logger.debug({ command: commandName, collection, durationMs: duration, outcome }, 'database command');
    };
  connection.on('commandSucceeded', ended('succeeded'));
  connection.on('commandFailed', ended('failed'));
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
