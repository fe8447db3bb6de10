/** Message texts that tell who sent them, in which order, and when, so that a receiver can judge each delivery. */

/** What all messages are in length, on both sides of a comparison. */
const contentLength = 100;

const mark = Buffer.from('"content":"~');
const seqMark = Buffer.from('"seq":');
const dot = 0x2e;

export interface Marks {
  lane: number;
  /** 1, 2, 3 … for each lane. */
  count: number;
  sentAtMicros: number;
  /** The place in the group's log; 0 when the server gives none. */
  seq: number;
}

/** Of a clock that all processes of the machine share. */
export function nowMicros(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1000);
}

export function markedContent(lane: number, count: number): string {
  return `~${lane}.${count}.${nowMicros()}.`.padEnd(contentLength, 'x');
}

/** Reads the marks of a message into `into`, without parsing the JSON around them. @returns whether there are any */
export function readMarks(bytes: Buffer, start: number, into: Marks): boolean {
  const found = bytes.indexOf(mark, start);
  if (found === -1) return false;
  let at = found + mark.length;
  const numbers = [0, 0, 0];
  for (let index = 0; index < 3; index += 1) {
    let number = 0;
    for (let byte = bytes.readUInt8(at); byte !== dot; byte = bytes.readUInt8(at)) {
      number = number * 10 + byte - 0x30;
      at += 1;
    }
    numbers[index] = number;
    at += 1;
  }
  [into.lane, into.count, into.sentAtMicros] = numbers as [number, number, number];
  const seqFound = bytes.indexOf(seqMark, start);
  into.seq =
    seqFound === -1 ? 0 : Number.parseInt(bytes.toString('latin1', seqFound + seqMark.length, seqFound + 16), 10);
  return true;
}
