import { existsSync } from 'node:fs';

import { Logger } from '@nestjs/common';

import { startConfab, type Confab } from './app.setup.js';
import { loadSettings } from './config/load-settings.js';
import type { Settings } from './config/settings.js';
import { settingsHelp } from './config/settings-help.js';
import { demoLogin } from './default-data/default-data.service.js';
import { explainFailure } from './start-failure.js';

const logger = new Logger('Confab');

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(settingsHelp());
    return;
  }
  const settings = readSettings();
  const confab = await startConfab(settings);
  // In this order: a signal may follow the ready line at once.
  stopOnSignal(confab, settings);
  announce(confab, settings);
}

function readSettings(): Settings {
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  return loadSettings(process.env);
}

/** The line that programs wait for, and for people where to go from here. */
function announce({ url, operationsUrl }: Confab, settings: Settings): void {
  const ready = `Confab is ready at ${url}`;
  if (settings.LOG_FORMAT === 'json') {
    logger.log(ready);
    return;
  }
  const lines = [
    ready,
    `  chat       ${url}/`,
    `  API        ${url}${settings.API_PREFIX}`,
    `  docs       ${url}/docs`,
    `  health     ${url}/health`,
    `  dashboard  ${operationsUrl}/dashboard`,
    ...(settings.DEFAULT_DATA ? [`  demo login ${demoLogin.username} / ${demoLogin.password}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function stopOnSignal(confab: Confab, settings: Settings): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) return;
    isStopping = true;
    logger.log(`Confab stops on ${signal}`);
    setTimeout(() => {
      logger.error(`Confab did not stop within ${String(settings.SHUTDOWN_TIMEOUT_MS)} ms`);
      process.exit(1);
    }, settings.SHUTDOWN_TIMEOUT_MS).unref();
    confab.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'Confab did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

// The last resort: a rejection that nobody took must not end the process with everyone's connections.
process.on('unhandledRejection', (reason) => {
  logger.error({ err: reason }, 'a rejection was not handled');
});
// After an exception that nobody caught the state is unknown: say so, and let the supervisor start afresh.
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'an exception was not caught');
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 100);
});

main().catch((error: unknown) => {
  for (const line of explainFailure(error)) process.stderr.write(`${line}\n`);
  process.exit(1);
});
