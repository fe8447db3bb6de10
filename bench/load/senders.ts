import { setTimeout as pause } from 'node:timers/promises';

import type { ChatConnection } from './chat-connection.js';
import { markedContent } from './marked-content.js';

/** One client that sends into one group. */
export interface Lane {
  /** Index of the connection. */
  client: number;
  groupId: string;
}

export interface SendCounts {
  acknowledged: number;
  refused: number;
  /** The first refusal, for people. */
  firstRefusal: string | null;
  /** From send to acknowledgement, microseconds. */
  latenciesMicros: number[];
}

const drainTimeoutMs = 15_000;

/** Sends and counts what is acknowledged. The counts of the lanes go on from job to job, so that order can be judged. */
export class Senders {
  private counts = noCounts();
  private outstanding = 0;
  private readonly sent: number[] = [];

  restart(): void {
    this.counts = noCounts();
  }

  read(): SendCounts {
    return { ...this.counts, latenciesMicros: this.counts.latenciesMicros.slice() };
  }

  clear(): void {
    this.sent.length = 0;
    this.outstanding = 0;
    this.restart();
  }

  /** Each lane keeps `inFlight` messages on their way until `isOver`. */
  flood(connections: readonly ChatConnection[], lanes: readonly Lane[], inFlight: number, isOver: () => boolean): void {
    for (const [number, lane] of lanes.entries()) {
      const next = () => {
        if (!isOver()) this.send(connections, number, lane, next);
      };
      for (let count = 0; count < inFlight; count += 1) next();
    }
  }

  /** Sends `perSecond` messages a second, the lanes in turn, whether they are acknowledged in time or not. */
  async pace(
    connections: readonly ChatConnection[],
    lanes: readonly Lane[],
    perSecond: number,
    isOver: () => boolean,
  ): Promise<void> {
    const startedAt = performance.now();
    for (let number = 0; !isOver(); number += 1) {
      const lane = lanes[number % lanes.length];
      if (lane === undefined) throw new Error('nobody sends');
      this.send(connections, number % lanes.length, lane, () => undefined);
      await pause(Math.max(0, startedAt + ((number + 1) * 1000) / perSecond - performance.now()));
    }
  }

  /** Waits for the acknowledgements that are still to come. @returns how many never came */
  async drain(): Promise<number> {
    const deadline = performance.now() + drainTimeoutMs;
    while (this.outstanding > 0 && performance.now() < deadline) await pause(5);
    return this.outstanding;
  }

  private send(connections: readonly ChatConnection[], number: number, lane: Lane, then: () => void): void {
    const connection = connections[lane.client];
    if (connection === undefined) throw new Error(`there is no client ${lane.client}`);
    const count = (this.sent[number] ?? 0) + 1;
    this.sent[number] = count;
    const payload = `{"groupId":"${lane.groupId}","content":"${markedContent(number, count)}"}`;
    const sentAt = performance.now();
    this.outstanding += 1;
    connection.emit('message', payload, (isOk, text) => {
      this.outstanding -= 1;
      if (isOk) {
        this.counts.acknowledged += 1;
        this.counts.latenciesMicros.push(Math.round((performance.now() - sentAt) * 1000));
      } else {
        this.counts.refused += 1;
        this.counts.firstRefusal ??= text();
      }
      then();
    });
  }
}

function noCounts(): SendCounts {
  return { acknowledged: 0, refused: 0, firstRefusal: null, latenciesMicros: [] };
}
