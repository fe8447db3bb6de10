import { limits } from '../../../contract/limits.js';
import type { EntryPreviewView } from '../../../contract/observatory.js';
import { EntryPack } from '../entry-pack.js';
import type { EntryRecord } from '../entry-record.js';
import { packIdOf, type ConversationId, type FileId, type ProjectId } from '../observatory-ids.js';
import type { PackRecord } from '../pack.schema.js';
import type { ProblemLineRecord } from '../problem-line.schema.js';
import type { SegmentRecord } from '../segment.schema.js';
import type { TranscriptFileRecord } from '../transcript-file.schema.js';
import type { OpenSegment } from './open-segment.js';

const maxEntries = 1_000;
/** Compressed. */
const maxPackedBytes = 1_000_000;

/** A file that was read to its end. */
export interface ReadFile {
  record: TranscriptFileRecord;
  /** The conversations of which lines were read since the file was opened. */
  conversations: ReadonlySet<ConversationId>;
  /** It was replaced or cut short, and read from its beginning. */
  isReadAgain: boolean;
}

/** New entries of one conversation, for those who watch. */
export interface AddedEntries {
  conversationId: ConversationId;
  count: number;
  entries: EntryPreviewView[];
}

/** Lines of some files that are written together. */
export class ReadingBatch {
  readonly packs: PackRecord[] = [];
  readonly segments: SegmentRecord[] = [];
  readonly problems: ProblemLineRecord[] = [];
  readonly titles = new Map<string, string>();
  readonly paths = new Map<ProjectId, string>();
  readonly added = new Map<ConversationId, AddedEntries>();
  /** How far its files are read, as of their last line in it. */
  readonly files = new Map<string, TranscriptFileRecord>();
  readonly finished: ReadFile[] = [];
  private readonly openSegments = new Map<string, OpenSegment>();
  private readonly openPacks = new Map<FileId, { pack: EntryPack; generation: number }>();
  private entries = 0;
  private packedBytes = 0;

  get isEmpty(): boolean {
    return this.files.size === 0;
  }

  get isFull(): boolean {
    return this.entries >= maxEntries || this.packedBytes >= maxPackedBytes;
  }

  /** @returns the first line of the pack in which it is */
  addEntry({ _id: fileId, generation }: TranscriptFileRecord, entry: EntryRecord): number {
    const open = this.openPacks.get(fileId) ?? { pack: new EntryPack(entry.line), generation };
    this.openPacks.set(fileId, open);
    open.pack.add(entry);
    this.entries += 1;
    if (open.pack.isFull) this.closePack(fileId);
    return open.pack.firstLine;
  }

  /** Nothing follows in the pack of a file that is being filled. */
  closePack(fileId: FileId): void {
    const open = this.openPacks.get(fileId);
    if (open === undefined) return;
    this.openPacks.delete(fileId);
    const { pack, generation } = open;
    const closed = pack.close();
    this.packs.push({ _id: packIdOf(fileId, generation, pack.firstLine), ...closed });
    this.packedBytes += closed.content.length;
  }

  /** Nothing is added to it any more. */
  close(): void {
    for (const fileId of [...this.openPacks.keys()]) this.closePack(fileId);
    for (const segment of [...this.openSegments.values()]) this.closeSegment(segment);
  }

  /** Of an entry that those who watch are shown. */
  addPreview(conversationId: ConversationId, preview: () => EntryPreviewView): void {
    const added = this.added.get(conversationId) ?? { conversationId, count: 0, entries: [] };
    added.count += 1;
    if (added.entries.length < limits.observatory.maxPreviews) added.entries.push(preview());
    this.added.set(conversationId, added);
  }

  /** Something was added to it. */
  addSegment(segment: OpenSegment): void {
    this.openSegments.set(segment.about._id, segment);
  }

  /** Nothing more is added to it in this batch. */
  closeSegment(segment: OpenSegment): void {
    if (this.openSegments.delete(segment.about._id)) this.segments.push(segment.toRecord());
  }

  addProblem(problem: ProblemLineRecord): void {
    this.problems.push(problem);
  }

  /** Of several the last counts. */
  addTitle(leafUuid: string, ranked: string): void {
    const known = this.titles.get(leafUuid);
    if (known === undefined || known < ranked) this.titles.set(leafUuid, ranked);
  }

  learnPath(projectId: ProjectId, path: string): void {
    const known = this.paths.get(projectId);
    if (known === undefined || path < known) this.paths.set(projectId, path);
  }

  /** Notes how far a file is: called after each of its lines that are in this batch, before anything else can be added. */
  reach(record: TranscriptFileRecord): void {
    this.files.set(record._id, { ...record, lines: { ...record.lines } });
  }
}
