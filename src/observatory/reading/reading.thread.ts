// The thread that reads transcripts: understanding a line of a megabyte, and handing a thousand of them to the database,
// takes longer than a request of the API may wait. It has a connection of its own, and tells the server what it has written.
import { parentPort, workerData } from 'node:worker_threads';

import { Logger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { Reading } from './reading.js';
import { ReadingNews } from './reading-news.js';
import type { LogLevel, ReadingMessage, ReadingRequest, ReadingTask } from './reading.messages.js';
import { ReadingModule } from './reading.module.js';

function say(message: ReadingMessage): void {
  parentPort?.postMessage(message);
}

/** The server logs what the thread has to say: one process, one log. */
class ThreadLogger implements LoggerService {
  readonly log = this.at('log');
  readonly warn = this.at('warn');
  readonly error = this.at('error');
  readonly debug = this.at('debug');
  readonly verbose = this.at('verbose');
  readonly fatal = this.at('fatal');

  private at(level: LogLevel): (...lines: unknown[]) => void {
    return (...lines) => {
      say({ kind: 'log', level, lines: lines.map(plain) });
    };
  }
}

/** What can be handed to another thread: errors of the database driver carry functions. */
function plain(line: unknown): unknown {
  if (line instanceof Error) return { type: line.name, message: line.message, stack: line.stack };
  if (typeof line !== 'object' || line === null) return line;
  return Object.fromEntries(Object.entries(line).map(([key, value]) => [key, plain(value)]));
}

async function main({ root, ...task }: ReadingTask): Promise<void> {
  const logger = new ThreadLogger();
  Logger.overrideLogger(logger);
  const context = await NestFactory.createApplicationContext(ReadingModule.for(task), {
    // What Nest says while it starts, the server has said already.
    logger: false,
    abortOnError: false,
  });
  Logger.overrideLogger(logger);
  context.get(ReadingNews, { strict: false }).listen((item) => {
    say({ kind: 'news', item });
  });
  const reading = new Reading(context);
  parentPort?.on('message', (request: ReadingRequest) => {
    const answered = (async () => {
      if (request.ask === 'forget') await reading.forget(request.projectId);
      else if (request.ask === 'remind') reading.remind(request.projectId);
      else if (request.ask === 'fold') reading.foldAgain(request.conversationIds);
      else await reading.stop();
      say({ kind: 'done', id: request.id });
      if (request.ask === 'stop') parentPort?.close();
    })();
    answered.catch((error: unknown) => {
      logger.error({ err: error }, 'what the observatory was asked failed');
    });
  });
  await reading.start(root);
}

await main(workerData as ReadingTask);
