/** What the load generator can be told to do, and what it answers: the messages between its process and ours. */
import type { Transport } from './chat-connection.js';
import type { DeliveryCounts } from './deliveries.js';
import type { HttpRequest } from './http-connection.js';
import type { Lane, SendCounts } from './senders.js';

/** How long a load runs before it is measured, and how long it is measured. */
export interface Period {
  warmUpMs: number;
  measureMs: number;
}

export interface ConnectJob {
  url: string;
  transport: Transport;
  /** One connection for each token. */
  tokens: readonly string[];
}

export interface FloodJob extends Period {
  lanes: readonly Lane[];
  inFlight: number;
}

export interface PaceJob extends Period {
  lanes: readonly Lane[];
  perSecond: number;
}

export interface RequestsJob extends Period {
  url: string;
  /** One connection for each; it repeats its request. `~` in a body is replaced by marked content. */
  requests: readonly HttpRequest[];
}

/** One client that was away fetches what it missed, page after page, over and over. */
export interface CatchUpJob {
  url: string;
  token: string;
  times: number;
  /** Fetched over HTTP: the path of a page; `{from}` in it is replaced by the position that the page before gave. */
  path?: string;
  /** Asked for with `sync` on the first connection. */
  sync?: { groupId: string; epoch: string };
}

export interface CatchUpResult {
  /** Of each catch-up, all pages. */
  millis: number[];
  /** Changes that the last one brought. */
  changes: number;
}

export interface FloodResult {
  seconds: number;
  sent: SendCounts;
  received: DeliveryCounts;
  /** Acknowledgements that never came. */
  unanswered: number;
}

export interface RequestsResult {
  seconds: number;
  answered: number;
  refused: number;
  firstRefusal: string | null;
  latenciesMicros: number[];
  bytes: number;
}

export interface Jobs {
  /** Opens connections, besides those that are open; resolves when all of them are ready. */
  connect: { job: ConnectJob; result: { milliseconds: number } };
  disconnect: { job: null; result: null };
  flood: { job: FloodJob; result: FloodResult };
  pace: { job: PaceJob; result: SendCounts };
  /** Ends what `pace` does before its time. */
  hush: { job: null; result: null };
  /** Starts to count deliveries with their latencies. */
  listen: { job: null; result: null };
  /** What was delivered since `listen`. */
  delivered: { job: null; result: DeliveryCounts };
  /** Drops all connections at once and opens them again: how long until each has received something new. */
  reconnect: { job: ConnectJob; result: { reconnectedMs: number; receivingMs: number } };
  requests: { job: RequestsJob; result: RequestsResult };
  catchUp: { job: CatchUpJob; result: CatchUpResult };
}

export type JobName = keyof Jobs;

/** To the generator. */
export type Order = { [Name in JobName]: { id: number; name: Name; job: Jobs[Name]['job'] } }[JobName];

/** From the generator. */
export type Report =
  | { id: number; status: 'done'; result: unknown }
  | { id: number; status: 'failed'; error: string; httpStatus: number | null }
  /** The measured time of a load begins or ends. */
  | { id: number; status: 'window'; edge: 'start' | 'end' };
