import { Logger } from '@nestjs/common';

import type { Settings } from '../config/settings.js';
import { wakeWritersOfClosedSockets } from './closed-sockets.js';
import { startEmbeddedMongodb } from './embedded/embedded-mongodb.js';

/** The name under which the database that was opened is injected. */
export const DATABASE = Symbol('DATABASE');

/** The database that this server works on, and how to let go of it when the server has stopped. */
export interface Database {
  uri: string;
  isEmbedded: boolean;
  stop(): Promise<void>;
}

/**
 * The outside MongoDB that the settings name, or else the embedded one of the data folder, started as a process of its
 * own.
 *
 * @throws EmbeddedMongodbError with one line for people when the embedded database cannot be used
 */
export async function openDatabase(settings: Settings): Promise<Database> {
  const stopWaking = wakeWritersOfClosedSockets();
  if (settings.MONGODB_URI !== undefined) {
    return {
      uri: settings.MONGODB_URI,
      isEmbedded: false,
      stop: () => {
        stopWaking();
        return Promise.resolve();
      },
    };
  }
  const logger = new Logger('EmbeddedMongodb');
  if (settings.isProduction) {
    logger.warn(
      'MONGODB_URI is not set: the data of this server is in the embedded MongoDB of DATA_DIR, which serves one node, has no replica and is backed up only with the folder',
    );
  }
  const embedded = await startEmbeddedMongodb({
    dataDir: settings.DATA_DIR,
    log: (level, message, details) => {
      if (level === 'error') logger.error({ ...details }, message);
      else if (level === 'warn') logger.warn({ ...details }, message);
      else logger.log({ ...details }, message);
    },
  });
  return {
    uri: embedded.uri,
    isEmbedded: true,
    stop: async () => {
      stopWaking();
      await embedded.stop();
    },
  };
}
