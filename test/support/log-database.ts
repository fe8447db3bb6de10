import { randomUUID } from 'node:crypto';

import mongoose, { type Model } from 'mongoose';

import type { GroupId } from '../../src/common/ids.js';
import { messageModel, messageSchema, type MessageRecord } from '../../src/messages/message.schema.js';

/** The messages collection with its indexes, in a database of its own of the real server. */
export interface LogDatabase {
  readonly messages: Model<MessageRecord>;
  /** A group's log as stored, by place. */
  read(groupId: GroupId): Promise<MessageRecord[]>;
  close(): Promise<void>;
}

/** Connects the way the application does to an embedded database, so that acknowledged means the same. */
export async function openLogDatabase(): Promise<LogDatabase> {
  const uri = process.env['CONFAB_TEST_MONGODB_URI'];
  if (uri === undefined) throw new Error('the global setup of the tests has not run');
  const connection = await mongoose
    .createConnection(uri, {
      dbName: `log-${randomUUID().slice(0, 30)}`,
      writeConcern: { w: 1, journal: true },
      autoIndex: false,
      autoCreate: false,
    })
    .asPromise();
  const messages = connection.model<MessageRecord>(messageModel, messageSchema);
  await messages.createIndexes();
  return {
    messages,
    read: (groupId) => messages.find({ groupId }).sort({ seq: 1 }).lean<MessageRecord[]>(),
    close: async () => {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
