import { nowMicros, readMarks, type Marks } from './marked-content.js';

export interface DeliveryCounts {
  deliveries: number;
  /** Bytes of the frames' payloads. */
  bytes: number;
  /** Deliveries of a message after a later one of the same sender. */
  outOfOrder: number;
  /** Deliveries whose place in the log is not the one after the delivery before. */
  seqBreaks: number;
  /** From send to receive, microseconds, one for each delivery; only when they were asked for. */
  latenciesMicros: number[];
}

/** What arrives at the clients of this process, judged as it arrives. Each client is a member of one group. */
export class Deliveries {
  private counts = noCounts();
  private keepsLatencies = false;
  private readonly marks: Marks = { lane: 0, count: 0, sentAtMicros: 0, seq: 0 };
  /** Client → lane → the count of its latest message. */
  private readonly latest: Map<number, number>[] = [];
  private readonly latestSeq: number[] = [];

  get total(): number {
    return this.counts.deliveries;
  }

  take(client: number, bytes: Buffer, start: number, end: number): void {
    const { counts, marks } = this;
    if (!readMarks(bytes, start, marks)) return;
    counts.deliveries += 1;
    counts.bytes += end - start;
    const latest = (this.latest[client] ??= new Map<number, number>());
    if (marks.count <= (latest.get(marks.lane) ?? 0)) counts.outOfOrder += 1;
    else latest.set(marks.lane, marks.count);
    const latestSeq = this.latestSeq[client] ?? 0;
    if (latestSeq > 0 && marks.seq > 0 && marks.seq !== latestSeq + 1) counts.seqBreaks += 1;
    this.latestSeq[client] = marks.seq;
    if (this.keepsLatencies) counts.latenciesMicros.push(nowMicros() - marks.sentAtMicros);
  }

  /** Starts to count anew. */
  restart(keepsLatencies: boolean): void {
    this.counts = noCounts();
    this.keepsLatencies = keepsLatencies;
  }

  /** What was counted since {@link restart}. */
  read(): DeliveryCounts {
    return { ...this.counts, latenciesMicros: this.counts.latenciesMicros.slice() };
  }

  /** Forgets the clients. */
  clear(): void {
    this.latest.length = 0;
    this.latestSeq.length = 0;
    this.restart(false);
  }
}

function noCounts(): DeliveryCounts {
  return { deliveries: 0, bytes: 0, outOfOrder: 0, seqBreaks: 0, latenciesMicros: [] };
}
