import { open } from 'node:fs/promises';

const riffHeadBytes = 12;
const chunkHeadBytes = 8;

/**
 * How many frames a moving WebP file holds, by the heads of its chunks (RFC 9649, 2.3 and 2.7.1.1): nothing is decoded.
 *
 * @param maxChunks that are looked at, whatever they hold
 * @returns infinity when there are more chunks than that
 */
export async function countWebpFrames(path: string, maxChunks: number): Promise<number> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(chunkHeadBytes);
    let [frames, position] = [0, riffHeadBytes];
    for (let chunks = 0; chunks < maxChunks; chunks += 1) {
      const { bytesRead } = await file.read(head, 0, chunkHeadBytes, position);
      if (bytesRead < chunkHeadBytes) return frames;
      if (head.toString('latin1', 0, 4) === 'ANMF') frames += 1;
      const size = head.readUInt32LE(4);
      position += chunkHeadBytes + size + (size % 2);
    }
    return Number.POSITIVE_INFINITY;
  } finally {
    await file.close();
  }
}
