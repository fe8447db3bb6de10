import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedMongodbLog } from './embedded-mongodb.js';

/** A fresh folder of one test, without symbolic links in its path, removed when the test lets it go. */
export async function aTemporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'confab-spec-')));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A log that keeps its messages and can be waited for. */
export class RecordedLog {
  readonly messages: string[] = [];
  readonly #waiting = new Set<() => void>();

  readonly write: EmbeddedMongodbLog = (_level, message) => {
    this.messages.push(message);
    for (const check of this.#waiting) check();
  };

  /** Resolves once `count` messages match. */
  until(pattern: RegExp, count: number): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.messages.filter((message) => pattern.test(message)).length < count) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}
