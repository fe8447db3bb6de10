import { limits } from '../../../contract/limits.js';
import type { EntryPreviewView } from '../../../contract/observatory.js';
import type { EntryRecord } from '../entry.schema.js';
import type { LineRow } from '../line-row.js';
import type { ConversationId, ProjectId } from '../observatory-ids.js';
import type { ProblemLineRecord } from '../problem-line.schema.js';
import type { SegmentRecord } from '../segment.schema.js';
import type { TranscriptFileRecord } from '../transcript-file.schema.js';

const maxEntries = 500;
/** Of text, in characters: what is kept of the lines is in memory twice while it is on its way. */
const maxLength = 1_000_000;

/** The rows of one conversation in one stretch of a file, while that is read. */
export interface OpenSegment {
  about: Omit<SegmentRecord, 'rows'>;
  rows: LineRow[];
}

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
  readonly entries: EntryRecord[] = [];
  readonly segments = new Map<string, OpenSegment>();
  readonly problems: ProblemLineRecord[] = [];
  readonly titles = new Map<string, string>();
  readonly paths = new Map<ProjectId, string>();
  readonly added = new Map<ConversationId, AddedEntries>();
  /** How far its files are read, as of their last line in it. */
  readonly files = new Map<string, TranscriptFileRecord>();
  readonly finished: ReadFile[] = [];
  private length = 0;

  get isEmpty(): boolean {
    return this.files.size === 0;
  }

  get isFull(): boolean {
    return this.entries.length >= maxEntries || this.length >= maxLength;
  }

  /** @param preview of one that those who watch are shown: not when its file is read for the first time */
  addEntry(entry: EntryRecord, preview: (() => EntryPreviewView) | null): void {
    this.entries.push(entry);
    for (const { text } of entry.blocks) this.length += text.length;
    if (preview === null) return;
    const { conversationId } = entry;
    const added = this.added.get(conversationId) ?? { conversationId, count: 0, entries: [] };
    added.count += 1;
    if (added.entries.length < limits.observatory.maxPreviews) added.entries.push(preview());
    this.added.set(conversationId, added);
  }

  addSegment(segment: OpenSegment): void {
    this.segments.set(segment.about._id, segment);
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
