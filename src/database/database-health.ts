import { setTimeout } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

const timeoutMs = 1000;

/** Whether the database answers now. */
@Injectable()
export class DatabaseHealth {
  private asking: Promise<number | null> | undefined;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** @returns false when the server did not answer a ping within a second */
  async answers(): Promise<boolean> {
    return (await this.pingMs()) !== null;
  }

  /** @returns how long a ping took, or `null` when there was no answer within a second */
  pingMs(): Promise<number | null> {
    // The routes of health are open, and without a limit: however many ask at once, the database is asked once.
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async ask(): Promise<number | null> {
    const startedAt = performance.now();
    return (await this.ping()) ? performance.now() - startedAt : null;
  }

  private async ping(): Promise<boolean> {
    const { db } = this.connection;
    if (db === undefined) return false;
    // The driver itself would wait for a server as long as for any command (MONGODB_TIMEOUT_MS).
    const tooLate = new AbortController();
    const answer = db.command({ ping: 1 }).then(
      () => true,
      // The answer is the result: what was wrong stands in the log lines of those who needed the database.
      () => false,
    );
    const timeout = setTimeout(timeoutMs, false, { ref: false, signal: tooLate.signal }).catch(() => false);
    try {
      return await Promise.race([answer, timeout]);
    } finally {
      tooLate.abort();
    }
  }
}
