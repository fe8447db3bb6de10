/** One of several processes that tell each other everything over Redis, in one of the ways that there are. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { createClient } from '@redis/client';

import { nowMicros } from './marked-content.js';

export const relayKinds = ['plain', 'sharded', 'streams'] as const;
export type RelayKind = (typeof relayKinds)[number];

export interface RelayJob {
  /** `null`: as many as Redis takes. */
  perSecond: number | null;
  durationMs: number;
  /** Whether the connection on which it listens breaks in the middle. */
  breaks: boolean;
}

export interface RelayResult {
  sent: number;
  received: number;
  /** Of what the others have sent. */
  missed: number;
  latenciesMicros: number[];
}

const channel = 'relay';
const payload = 'x'.repeat(700);
const inFlight = 64;
const maxStreamLength = 100_000;
const settleMs = 1_500;
const tickMs = 2;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    kind: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
  },
});
const kind = values.kind as RelayKind;
const publisher = createClient({ url: values.url });
const listener = createClient({ url: values.url });
for (const client of [publisher, listener]) client.on('error', () => undefined);

let result: RelayResult = { sent: 0, received: 0, missed: 0, latenciesMicros: [] };
let number = 0;
const lastOf = new Map<string, number>();

/** `<sender> <number> <time> <payload>` */
function take(text: string): void {
  const [from = '', count = '', sentAt = ''] = text.split(' ', 3);
  if (from === values.name) return;
  const last = lastOf.get(from);
  if (last !== undefined) result.missed += Number(count) - last - 1;
  lastOf.set(from, Number(count));
  result.received += 1;
  result.latenciesMicros.push(nowMicros() - Number(sentAt));
}

async function publish(): Promise<void> {
  number += 1;
  const text = `${values.name} ${number} ${nowMicros()} ${payload}`;
  if (kind === 'plain') await publisher.publish(channel, text);
  else if (kind === 'sharded') await publisher.sPublish(channel, text);
  else {
    const trim = { strategy: 'MAXLEN', strategyModifier: '~', threshold: maxStreamLength } as const;
    await publisher.xAdd(channel, '*', { m: text }, { TRIM: trim });
  }
  result.sent += 1;
}

async function listen(): Promise<void> {
  if (kind === 'plain') await listener.subscribe(channel, take);
  else if (kind === 'sharded') await listener.sSubscribe(channel, take);
  else void readStream();
}

/** A reader that comes back goes on where it was. */
async function readStream(): Promise<never> {
  for (let id = '$'; ;) {
    try {
      const streams = (await listener.xRead({ key: channel, id }, { BLOCK: 0, COUNT: 1000 })) as
        { messages: { id: string; message: Record<string, string> }[] }[] | null;
      for (const { messages } of streams ?? []) {
        for (const { id: readId, message } of messages) {
          take(message['m'] ?? '');
          id = readId;
        }
      }
    } catch {
      await pause(tickMs);
    }
  }
}

async function run({ perSecond, durationMs, breaks }: RelayJob, listenerId: number): Promise<RelayResult> {
  result = { sent: 0, received: 0, missed: 0, latenciesMicros: [] };
  lastOf.clear();
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > durationMs;
  const cutting = breaks
    ? pause(durationMs / 2).then(() => publisher.sendCommand(['CLIENT', 'KILL', 'ID', String(listenerId)]))
    : null;
  const underWay: Promise<void>[] = [];
  if (perSecond === null) {
    const flood = async () => {
      while (!isOver()) await publish();
    };
    underWay.push(...Array.from({ length: inFlight }, flood));
  } else {
    while (!isOver()) {
      const due = ((performance.now() - startedAt) * perSecond) / 1000;
      while (underWay.length < due) underWay.push(publish());
      await pause(tickMs);
    }
  }
  await Promise.all([...underWay, cutting]);
  await pause(settleMs);
  return result;
}

await Promise.all([publisher.connect(), listener.connect()]);
const listenerId = Number(await listener.sendCommand(['CLIENT', 'ID']));
await listen();
process.on('message', (job: RelayJob) => {
  void run(job, listenerId).then((done) => process.send?.(done));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
