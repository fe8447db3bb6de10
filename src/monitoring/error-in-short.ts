import { pino } from 'pino';

/** An error as pino makes an object of it. */
interface SerializedError {
  type?: string;
  message: string;
  stack: string;
  code?: unknown;
  aggregateErrors?: readonly unknown[];
}

/** What a duplicate key had as its value stands at the end of the line (MongoDB's error 11000). */
const duplicatedValue = /dup key: .*/g;

/**
 * What a log line says of an error: what it is and where it came from, with its causes, and nothing that drivers and SDKs
 * hang on to it besides. A failed bulk write holds the messages that were to be written, a duplicate key the address that
 * was taken, a failed request to a store its headers.
 *
 * @param error as it was thrown, or as pino-http has made an object of it; anything else is left as it is
 */
export function errorInShort(error: unknown): unknown {
  const found: unknown = error instanceof Error ? pino.stdSerializers.err(error) : error;
  if (!isSerialized(found)) return found;
  const { type, message, stack, code, aggregateErrors } = found;
  return {
    type,
    message: withoutValues(message),
    stack: withoutValues(stack),
    ...(code !== undefined && { code }),
    ...(aggregateErrors !== undefined && { aggregateErrors: aggregateErrors.map(errorInShort) }),
  };
}

function isSerialized(found: unknown): found is SerializedError {
  if (typeof found !== 'object' || found === null || !('message' in found) || !('stack' in found)) return false;
  return typeof found.message === 'string' && typeof found.stack === 'string';
}

function withoutValues(text: string): string {
  return text.replace(duplicatedValue, 'dup key');
}
