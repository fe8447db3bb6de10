import type { BackoffOptions } from './backoff.js';
import type { Credentials } from './credentials.js';

export interface ClientOptions {
  /** Where the server is, such as `https://chat.example.org`. */
  url: string;
  credentials: Credentials;
  /** Before every REST route. Default `/api/v1`. */
  apiPrefix?: string;
  /** Of Socket.IO on the server. Default `/socket.io`. */
  socketPath?: string;
  /** Default `['websocket']`; add `'polling'` for networks that let no WebSocket through. */
  transports?: ('websocket' | 'polling')[];
  /** Delays between attempts to connect. */
  reconnect?: Partial<BackoffOptions>;
  /** How long an attempt to connect may take. Default 20,000. */
  connectTimeoutMs?: number;
  /** How long to wait for an acknowledgement. Default 15,000; the server waits for its database for up to 10,000. */
  ackTimeoutMs?: number;
  /** Messages that may wait to be sent, over all groups; beyond, `send` throws `queue_full`. Default 1,000. */
  maxQueued?: number;
  /** Messages that are kept of a group that was asked for with `group`, besides those that were loaded. Default 1,000. */
  maxMessages?: number;
  /** Tell the server what has been delivered, so that senders see it and nothing is sent twice. Default true. */
  confirmDelivery?: boolean;
}

export type ResolvedOptions = Required<Omit<ClientOptions, 'reconnect' | 'apiPrefix' | 'socketPath'>> & {
  reconnect: BackoffOptions;
  path: string;
  /** Of the REST API, without a trailing slash. */
  apiUrl: string;
};

export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const url = options.url.replace(/\/+$/, '');
  return {
    url,
    apiUrl: `${url}${options.apiPrefix ?? '/api/v1'}`,
    credentials: options.credentials,
    path: options.socketPath ?? '/socket.io',
    transports: options.transports ?? ['websocket'],
    reconnect: { minDelayMs: 500, maxDelayMs: 30_000, jitter: 0.5, ...options.reconnect },
    connectTimeoutMs: options.connectTimeoutMs ?? 20_000,
    ackTimeoutMs: options.ackTimeoutMs ?? 15_000,
    maxQueued: options.maxQueued ?? 1000,
    maxMessages: options.maxMessages ?? 1000,
    confirmDelivery: options.confirmDelivery ?? true,
  };
}
