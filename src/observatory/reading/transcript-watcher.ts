import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';
import { watch, type FSWatcher } from 'chokidar';

import type { WatcherState } from '../../../contract/observatory.js';
import { transcriptAt, type TranscriptPath } from '../transcript-path.js';
import { ReadingNews } from './reading-news.js';
import { lookInto, mayMatter, type FolderContents } from './transcript-folder.js';
import { TranscriptReader } from './transcript-reader.js';

/** Files that are read side by side: while one waits for its disk, another is understood. */
const atOnce = 2;
/** What is written in several pieces is read at once. */
const gatherMs = 30;
/**
 * After a change a file is looked at once more: chokidar (5.0) tells of no change within 50 ms of the one before, so the last
 * of some lines would be found by a sweep only.
 */
const againMs = 150;
/** So often all files are looked at, in case that the system has not told of a change. */
const sweepMs = 30_000;
/** So often, while the folder is not there. */
const waitMs = 2_000;
const retryMs = 1_000;
/** A folder that goes while it is looked at must not keep the look waiting. */
const readyMs = 10_000;

/** Watches a folder of transcripts and has read what is new in it. */
@Injectable()
export class TranscriptWatcher {
  private readonly logger = new Logger(TranscriptWatcher.name);
  private readonly waiting = new Map<string, TranscriptPath>();
  private readonly active = new Set<string>();
  /** Files that changed just now. */
  private readonly again = new Map<string, NodeJS.Timeout>();
  private watcher: FSWatcher | undefined;
  private sweeping: Promise<void> | null = null;
  private isSweepWanted = false;
  private timer: NodeJS.Timeout | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private isStopped = false;
  private state: WatcherState = 'starting';
  private root = '';

  constructor(
    private readonly reader: TranscriptReader,
    private readonly news: ReadingNews,
  ) {}

  /** @param root an absolute path; it may come later, and go */
  start(root: string): void {
    this.root = root;
    this.sweep();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.gathering);
    for (const timer of this.again.values()) clearTimeout(timer);
    this.waiting.clear();
    await this.watcher?.close();
    await this.sweeping;
  }

  /** Looks at all files, now, or once more after the look that is under way. */
  sweep(): void {
    if (this.isStopped) return;
    if (this.sweeping !== null) {
      this.isSweepWanted = true;
      return;
    }
    clearTimeout(this.timer);
    this.sweeping = this.look()
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'the folder of transcripts could not be looked at');
      })
      .finally(() => {
        this.sweeping = null;
        const pauseMs = this.state === 'waiting' ? waitMs : sweepMs;
        if (this.isStopped) return;
        this.timer = setTimeout(
          () => {
            this.sweep();
          },
          this.isSweepWanted ? gatherMs : pauseMs,
        );
        this.isSweepWanted = false;
      });
  }

  private async look(): Promise<void> {
    // First the watch, then the look: what is written in between is seen by one of them.
    await this.watchRoot();
    const contents = lookInto(this.root);
    if (contents === null) {
      await this.watcher?.close();
      this.watcher = undefined;
      await this.markMissing({ files: [], unreadable: [] });
      this.become('waiting');
      return;
    }
    await this.markMissing(contents);
    for (const { transcript, bytes, inode } of contents.files) {
      const known = this.reader.find(transcript.path);
      const isRead = known?.bytes === bytes && known.inode === inode && known.state === 'read';
      if (!isRead) this.waiting.set(transcript.path, transcript);
    }
    if (this.reader.isFirstScan || this.state === 'waiting') this.become('scanning');
    this.pump();
  }

  /** Files that were there. Of those in a folder that cannot be looked into, nothing is known. */
  private async markMissing({ files, unreadable }: FolderContents): Promise<void> {
    const present = new Set(files.map(({ transcript }) => transcript.path));
    for (const { path, state } of [...this.reader.known()]) {
      const isHidden = unreadable.some((folder) => folder === '' || path.startsWith(`${folder}/`));
      if (state !== 'gone' && !present.has(path) && !isHidden) await this.reader.markGone(path);
    }
  }

  private async watchRoot(): Promise<void> {
    if (this.watcher !== undefined || this.isStopped) return;
    if (!existsSync(this.root)) return;
    const watcher = watch(this.root, {
      ignoreInitial: true,
      followSymlinks: false,
      depth: 3,
      ignored: (path, stats) => !mayMatter(this.pathBelow(path), stats),
    });
    this.watcher = watcher;
    const notice = (path: string) => {
      this.notice(this.pathBelow(path));
    };
    watcher.on('add', notice).on('change', notice).on('unlink', notice);
    watcher.on('addDir', () => {
      this.sweepSoon();
    });
    watcher.on('unlinkDir', () => {
      this.sweepSoon();
    });
    watcher.on('error', (error) => {
      // A folder that may not be read, or more files than the system watches: what it does not tell, a look finds.
      this.logger.warn({ err: error }, 'some transcripts are not watched; they are looked at from time to time');
    });
    const tooLate = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => watcher.once('ready', resolve)),
      sleep(readyMs, undefined, { signal: tooLate.signal, ref: false }).catch(() => undefined),
    ]);
    tooLate.abort();
  }

  private sweepSoon(): void {
    if (this.sweeping !== null) this.isSweepWanted = true;
    else if (!this.isStopped) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.sweep();
      }, gatherMs);
    }
  }

  private notice(path: string): void {
    const transcript = transcriptAt(path);
    if (transcript === null || this.isStopped) return;
    this.enqueue(transcript);
    clearTimeout(this.again.get(path));
    const again = setTimeout(() => {
      this.again.delete(path);
      this.enqueue(transcript);
    }, againMs);
    this.again.set(path, again);
  }

  private enqueue(transcript: TranscriptPath): void {
    this.waiting.set(transcript.path, transcript);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.pump();
    }, gatherMs);
  }

  private pump(): void {
    for (const [path, transcript] of this.waiting) {
      if (this.active.size >= atOnce || this.isStopped) break;
      // It is read just now: again, when that has ended.
      if (this.active.has(path)) continue;
      this.waiting.delete(path);
      this.active.add(path);
      void this.read(transcript);
    }
    if (this.active.size === 0 && this.waiting.size === 0 && !this.isStopped) this.rest();
  }

  private async read(transcript: TranscriptPath): Promise<void> {
    const { path } = transcript;
    try {
      await this.reader.read(this.root, transcript);
    } catch (error) {
      this.logger.warn({ err: error, path }, 'a transcript could not be read; it is tried again');
      setTimeout(() => {
        this.notice(path);
      }, retryMs).unref();
    } finally {
      this.active.delete(path);
      this.pump();
    }
  }

  /** Everything is read: what is in hand is written. */
  private rest(): void {
    this.reader
      .flush()
      .then(() => {
        if (this.active.size > 0 || this.waiting.size > 0 || this.state === 'waiting') return;
        this.reader.isFirstScan = false;
        this.become('watching');
      })
      .catch((error: unknown) => {
        // Not an outage of the database, which the writer waits for: whoever started the thread starts it again.
        queueMicrotask(() => {
          throw error;
        });
      });
  }

  private become(state: WatcherState): void {
    if (this.state === state) return;
    this.state = state;
    this.news.tell({ kind: 'state', state });
  }

  private pathBelow(path: string): string {
    return relative(this.root, path).split(sep).join('/');
  }
}
