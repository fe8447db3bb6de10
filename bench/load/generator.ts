/** The load generator: a process of its own, told what to do by the benchmark that forked it, and gone when that goes. */
import { setTimeout as pause } from 'node:timers/promises';

import { catchUp, PageRefused } from './catching-up.js';
import { ChatConnection } from './chat-connection.js';
import { Deliveries } from './deliveries.js';
import type { ConnectJob, FloodJob, FloodResult, Jobs, Order, PaceJob, Report } from './jobs.js';
import { repeatRequests } from './requests.js';
import { Senders, type SendCounts } from './senders.js';
import { UpgradeRefused } from './websocket.js';

type OnWindow = (edge: 'start' | 'end') => void;

const openAtOnce = 50;
const drainTimeoutMs = 10_000;
const quietMs = 200;
const receivingTimeoutMs = 90_000;

let connections: ChatConnection[] = [];
let hush = new AbortController();
let isClosingOnPurpose = false;
/** Client → how many deliveries it has had; only while a reconnect is watched. */
let received: number[] | null = null;
const deliveries = new Deliveries();
const senders = new Senders();

function open({ url, transport, tokens }: ConnectJob, client: number, index: number): Promise<ChatConnection> {
  return ChatConnection.open(url, tokens[index] ?? '', transport, {
    message: (bytes, start, end) => {
      deliveries.take(client, bytes, start, end);
      if (received !== null) received[client] = (received[client] ?? 0) + 1;
    },
    closed: (reason) => {
      if (isClosingOnPurpose) return;
      process.stderr.write(`client ${client} was cut off: ${reason}\n`);
    },
  });
}

async function connect(job: ConnectJob): Promise<{ milliseconds: number }> {
  const startedAt = performance.now();
  isClosingOnPurpose = false;
  for (let first = 0; first < job.tokens.length; first += openAtOnce) {
    const some = job.tokens.slice(first, first + openAtOnce);
    const base = connections.length;
    connections.push(...(await Promise.all(some.map((_, index) => open(job, base + index, first + index)))));
  }
  return { milliseconds: performance.now() - startedAt };
}

function disconnect(): null {
  isClosingOnPurpose = true;
  for (const connection of connections) connection.drop();
  connections = [];
  senders.clear();
  deliveries.clear();
  return null;
}

async function flood(job: FloodJob, onWindow: OnWindow): Promise<FloodResult> {
  let isOver = false;
  senders.flood(connections, job.lanes, job.inFlight, () => isOver);
  await pause(job.warmUpMs);
  onWindow('start');
  senders.restart();
  deliveries.restart(false);
  const startedAt = performance.now();
  await pause(job.measureMs);
  const sent = senders.read();
  const counts = deliveries.read();
  const seconds = (performance.now() - startedAt) / 1000;
  onWindow('end');
  isOver = true;
  const unanswered = await senders.drain();
  await allDelivered();
  // Order is judged to the end, the rate only while it was measured.
  const { outOfOrder, seqBreaks } = deliveries.read();
  return { seconds, sent, received: { ...counts, outOfOrder, seqBreaks }, unanswered };
}

/** Waits until nothing arrives any more. */
async function allDelivered(): Promise<void> {
  const deadline = performance.now() + drainTimeoutMs;
  for (let before = -1; before !== deliveries.total && performance.now() < deadline;) {
    before = deliveries.total;
    await pause(quietMs);
  }
}

async function pace(job: PaceJob, onWindow: OnWindow): Promise<SendCounts> {
  let isOver = false;
  const hushed = new AbortController();
  hush = hushed;
  const running = senders.pace(connections, job.lanes, job.perSecond, () => isOver);
  await pause(job.warmUpMs);
  onWindow('start');
  senders.restart();
  await pause(job.measureMs, undefined, { signal: hushed.signal }).catch(() => undefined);
  const sent = senders.read();
  onWindow('end');
  isOver = true;
  await running;
  await senders.drain();
  return sent;
}

/** The clients of the job are all those of this process. */
async function reconnect(job: ConnectJob): Promise<{ reconnectedMs: number; receivingMs: number }> {
  const startedAt = performance.now();
  disconnect();
  const counts = job.tokens.map(() => 0);
  received = counts;
  try {
    isClosingOnPurpose = false;
    connections = await Promise.all(job.tokens.map((_, index) => open(job, index, index)));
    const reconnectedMs = performance.now() - startedAt;
    while (counts.some((count) => count === 0)) {
      if (performance.now() - startedAt > receivingTimeoutMs) throw new Error('not all clients receive again');
      await pause(1);
    }
    return { reconnectedMs, receivingMs: performance.now() - startedAt };
  } finally {
    received = null;
  }
}

function perform(order: Order, onWindow: OnWindow): Promise<unknown> | Jobs['delivered']['result'] | null {
  switch (order.name) {
    case 'connect':
      return connect(order.job);
    case 'disconnect':
      return disconnect();
    case 'flood':
      return flood(order.job, onWindow);
    case 'pace':
      return pace(order.job, onWindow);
    case 'hush':
      hush.abort();
      return null;
    case 'listen':
      deliveries.restart(true);
      return null;
    case 'delivered':
      return deliveries.read();
    case 'reconnect':
      return reconnect(order.job);
    case 'requests':
      return repeatRequests(order.job, onWindow);
    case 'catchUp':
      return catchUp(order.job, connections[0]);
  }
}

async function carryOut(order: Order): Promise<void> {
  const { id } = order;
  try {
    const result = await perform(order, (edge) => report({ id, status: 'window', edge }));
    report({ id, status: 'done', result });
  } catch (error) {
    const httpStatus =
      error instanceof UpgradeRefused ? error.status : error instanceof PageRefused ? error.httpStatus : null;
    report({ id, status: 'failed', error: error instanceof Error ? error.message : String(error), httpStatus });
  }
}

function report(message: Report): void {
  process.send?.(message);
}

process.on('message', (order: Order) => {
  void carryOut(order);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
