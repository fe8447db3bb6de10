import { parseArgs } from 'node:util';

export interface BaselineArguments {
  mongodbUri: string;
  database: string;
  secret: string;
  /** Whether messages are stored. */
  isStoring: boolean;
  writeConcern: { w: 1 | 'majority'; journal: true };
}

/** What every baseline is started with. @throws TypeError when something is missing */
export function baselineArguments(): BaselineArguments {
  const { values } = parseArgs({
    options: {
      'mongodb-uri': { type: 'string' },
      database: { type: 'string' },
      secret: { type: 'string' },
      store: { type: 'boolean', default: false },
      durable: { type: 'boolean', default: false },
    },
  });
  const { 'mongodb-uri': mongodbUri, database, secret } = values;
  if (mongodbUri === undefined || database === undefined || secret === undefined) {
    throw new TypeError('--mongodb-uri, --database and --secret are needed');
  }
  // What one would write is "majority", which the embedded engine answers before its journal has the write.
  const writeConcern = { w: values.durable ? 1 : 'majority', journal: true } as const;
  return { mongodbUri, database, secret, isStoring: values.store, writeConcern };
}

/** Tells the benchmark that started this program where it listens. */
export function announce(port: number): void {
  process.stdout.write(`ready at http://127.0.0.1:${port}\n`);
}
