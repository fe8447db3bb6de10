import { promisify } from 'node:util';
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib';

import type { BlockRecord } from './blocks.js';
import type { EntryRecord } from './entry-record.js';

const decompress = promisify(zstdDecompress);

/** A pack is closed when it holds so much: more of it compresses better, but is read as a whole to show one entry. */
const fullBytes = 262_144;
/** What an entry without its texts takes, at most about. */
const bytesOfDescription = 256;
/** Of a character in UTF-8, as counted by the length of a string. */
const maxCharacterBytes = 3;
const options = { chunkSize: 65_536, params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A text lies with the others: so it is neither escaped, nor read when another entry is wanted. */
type PackedBlock = Omit<BlockRecord, 'text'> & { bytes: number };
type PackedEntry = Omit<EntryRecord, 'blocks'> & { blocks: PackedBlock[] };

/** Entries that follow each other in a file, while they are read. */
export class EntryPack {
  private readonly entries: PackedEntry[] = [];
  private space = spare.pop() ?? Buffer.allocUnsafeSlow(2 * fullBytes);
  private textBytes = 0;

  /** @param firstLine in its file: rows name the pack by it */
  constructor(readonly firstLine: number) {}

  get isFull(): boolean {
    return this.textBytes + this.entries.length * bytesOfDescription >= fullBytes;
  }

  add({ blocks, ...entry }: EntryRecord): void {
    this.entries.push({ ...entry, blocks: blocks.map(({ text, ...block }) => ({ ...block, bytes: this.put(text) })) });
  }

  /** Nothing is added to it any more. @returns what is stored of it */
  close(): { textBytes: number; content: Uint8Array } {
    const { textBytes } = this;
    this.put(JSON.stringify(this.entries));
    const content = zstdCompressSync(this.space.subarray(0, this.textBytes), options);
    spare.push(this.space);
    this.space = Buffer.alloc(0);
    return { textBytes, content };
  }

  /** @returns how many bytes it takes */
  private put(text: string): number {
    const needed = this.textBytes + text.length * maxCharacterBytes;
    if (needed > this.space.length) {
      const larger = Buffer.allocUnsafeSlow(needed + fullBytes);
      this.space.copy(larger, 0, 0, this.textBytes);
      this.space = larger;
    }
    const bytes = this.space.write(text, this.textBytes, 'utf8');
    this.textBytes += bytes;
    return bytes;
  }
}

/** Space that is not in use: as much as packs were open side by side. */
const spare: Buffer[] = [];

/** Reads those entries of a pack that stand in certain lines. */
export async function unpack(
  { textBytes, content }: { textBytes: number; content: Uint8Array },
  lines: ReadonlySet<number>,
): Promise<EntryRecord[]> {
  const unpacked = await decompress(content);
  const packed = JSON.parse(unpacked.toString('utf8', textBytes)) as PackedEntry[];
  const entries: EntryRecord[] = [];
  let from = 0;
  for (const { blocks, ...entry } of packed) {
    const isWanted = lines.has(entry.line);
    const found: BlockRecord[] = [];
    for (const { bytes, ...block } of blocks) {
      if (isWanted) found.push({ ...block, text: unpacked.toString('utf8', from, from + bytes) });
      from += bytes;
    }
    if (isWanted) entries.push({ ...entry, blocks: found });
  }
  return entries;
}
