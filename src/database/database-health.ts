import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

const timeoutMs = 1000;

/** Whether the database answers now. */
@Injectable()
export class DatabaseHealth {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** @returns false when the server did not answer a ping within a second */
  async answers(): Promise<boolean> {
    if (this.connection.db === undefined) return false;
    try {
      await this.connection.db.command({ ping: 1 }, { timeoutMS: timeoutMs });
      return true;
    } catch {
      // The answer is the result: what was wrong stands in the driver's own log lines.
      return false;
    }
  }
}
