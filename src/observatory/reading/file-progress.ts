import type { EntryPreviewView, LineProblem } from '../../../contract/observatory.js';
import { limits } from '../../../contract/limits.js';
import { beginningOf } from '../blocks.js';
import type { EntryRecord } from '../entry-record.js';
import { conversationIdOf, digest, fileIdOf, projectIdOf, type ConversationId } from '../observatory-ids.js';
import { problemIdOf } from '../problem-lines.repository.js';
import type { SegmentRecord } from '../segment.schema.js';
import { stretchIdOf, type NotedSegment } from '../segments.repository.js';
import type { TranscriptFileRecord } from '../transcript-file.schema.js';
import { readLine, type EntryLine } from '../transcript-line.js';
import { folderOf, type TranscriptPath } from '../transcript-path.js';
import type { FileLine } from './file-lines.js';
import { OpenSegment } from './open-segment.js';
import type { ReadFile, ReadingBatch } from './reading-batch.js';

const beginningOfTime = new Date(0);

/** A file that nothing was read of. */
export function newFile({ path, folder }: TranscriptPath): TranscriptFileRecord {
  return {
    _id: fileIdOf(path),
    path,
    projectId: projectIdOf(folder),
    state: 'reading',
    generation: 0,
    inode: 0,
    bytes: 0,
    ...unread(),
  };
}

function unread(): Pick<TranscriptFileRecord, 'offset' | 'mark' | 'isEndOpen' | 'lastOrder' | 'lines' | 'isFolded'> {
  return {
    offset: 0,
    mark: { headBytes: 0, tailBytes: 0, digest: digest('', 32) },
    isEndOpen: false,
    lastOrder: beginningOfTime,
    lines: { total: 0, entries: 0, summaries: 0, skipped: 0, blank: 0, problems: 0 },
    isFolded: true,
  };
}

/** How far one file was read, and what of the stretch at that place is noted: what the next line is added to. */
export class FileProgress implements ReadFile {
  readonly record: TranscriptFileRecord;
  /** The conversations of which lines were read since the file was opened. */
  readonly conversations = new Set<ConversationId>();
  /** The file was replaced or cut short: it is read from its beginning. */
  isReadAgain = false;
  /** It had been read to its end before: what comes now is news. */
  isShown = false;
  private lastSession: { sessionId: string; id: ConversationId } | undefined;
  private lastDirectory: string | undefined;
  private stretchId = '';
  private readonly segments = new Map<ConversationId, OpenSegment>();

  constructor(
    private readonly transcript: TranscriptPath,
    record: TranscriptFileRecord,
  ) {
    this.record = { ...record, lines: { ...record.lines } };
  }

  /** The stretch to which the next line belongs. */
  get nextStretchId(): string {
    const { _id, generation, lines } = this.record;
    return stretchIdOf(_id, generation, lines.total + 1);
  }

  /**
   * Goes on where it was left. Rows of lines behind that place are left out: they were noted, but not acknowledged.
   *
   * @returns what is to stand instead of what was noted with these
   */
  resume(noted: readonly NotedSegment[]): SegmentRecord[] {
    this.stretchId = this.nextStretchId;
    const trimmed: SegmentRecord[] = [];
    for (const { rows, ...about } of noted) {
      const segment = new OpenSegment(about);
      const known = rows.filter(({ line }) => line <= this.record.lines.total);
      for (const row of known) segment.add(row);
      this.segments.set(about.conversationId, segment);
      if (known.length < rows.length) trimmed.push(segment.toRecord());
    }
    return trimmed;
  }

  /** Begins anew: what the file is now is not what was read of it. */
  restart(): void {
    Object.assign(this.record, unread(), { generation: this.record.generation + 1 });
    this.isReadAgain = true;
  }

  /** Nothing is read of it for now. */
  close(batch: ReadingBatch): void {
    batch.closePack(this.record._id);
    this.closeSegments(batch);
  }

  /** Takes the next line. Half a line at the end of the file is left for later. @returns whether it was taken */
  take(line: FileLine, batch: ReadingBatch): boolean {
    const { record } = this;
    if (line.isEnded && record.isEndOpen && line.text === '') {
      // The end of a line that was taken without it.
      record.isEndOpen = false;
      record.offset = line.end;
      return true;
    }
    const read = line.text === null || line.text.trim() === '' ? null : readLine(line.text);
    const isHalf = read === null || (read.kind === 'problem' && read.problem !== 'not_understood');
    if (!line.isEnded && isHalf) return false;
    record.isEndOpen = !line.isEnded;
    record.offset = line.end;
    record.isFolded = false;
    record.lines.total += 1;
    this.enterStretch(batch);
    if (line.text === null) this.note('too_large', line, batch);
    else if (read === null) record.lines.blank += 1;
    else if (read.kind === 'problem') this.note(read.problem, line, batch);
    else {
      if (!line.isUtf8) this.note('invalid_utf8', line, batch);
      if (read.kind === 'entry') this.takeEntry(read, batch);
      else if (read.kind === 'skipped') record.lines.skipped += 1;
      else {
        record.lines.summaries += 1;
        batch.addTitle(read.leafUuid, `${this.place()}|${read.title}`);
      }
    }
    return true;
  }

  private enterStretch(batch: ReadingBatch): void {
    const { _id, generation, lines } = this.record;
    const stretchId = stretchIdOf(_id, generation, lines.total);
    if (stretchId === this.stretchId) return;
    this.closeSegments(batch);
    this.stretchId = stretchId;
  }

  private closeSegments(batch: ReadingBatch): void {
    for (const segment of this.segments.values()) {
      batch.closeSegment(segment);
      segment.release();
    }
    this.segments.clear();
  }

  private takeEntry(entry: EntryLine, batch: ReadingBatch): void {
    const { record, transcript } = this;
    record.lines.entries += 1;
    // Lines are in the order of their file, whatever their times say.
    record.lastOrder = entry.at !== null && entry.at > record.lastOrder ? entry.at : record.lastOrder;
    const sessionId = entry.sessionId ?? transcript.sessionId;
    const conversationId = this.conversationIdOf(sessionId);
    const segment = this.segmentOf(conversationId, sessionId);
    const line = record.lines.total;
    const pack = batch.addEntry(record, toRecord(entry, line));
    segment.add({ id: entry.id, line, order: record.lastOrder.getTime(), pack, ...entry.row });
    batch.addSegment(segment);
    if (this.isShown) batch.addPreview(conversationId, () => previewOf(entry));
    this.learnPath(entry.workingDirectory, batch);
  }

  /** Most lines say the same as the line before: what is made of it is made once. */
  private conversationIdOf(sessionId: string): ConversationId {
    if (sessionId !== this.lastSession?.sessionId) this.lastSession = { sessionId, id: conversationIdOf(sessionId) };
    this.conversations.add(this.lastSession.id);
    return this.lastSession.id;
  }

  private learnPath(workingDirectory: string | undefined, batch: ReadingBatch): void {
    if (workingDirectory === undefined || workingDirectory === this.lastDirectory) return;
    this.lastDirectory = workingDirectory;
    if (folderOf(workingDirectory) === this.transcript.folder) batch.learnPath(this.record.projectId, workingDirectory);
  }

  private segmentOf(conversationId: ConversationId, sessionId: string): OpenSegment {
    const known = this.segments.get(conversationId);
    if (known !== undefined) return known;
    const { _id: fileId, generation } = this.record;
    const _id = `${this.stretchId}${conversationId}`;
    const segment = new OpenSegment({ _id, conversationId, sessionId, fileId, generation });
    this.segments.set(conversationId, segment);
    return segment;
  }

  private place(): string {
    return `${this.record._id}:${String(this.record.lines.total).padStart(10, '0')}`;
  }

  private note(problem: LineProblem, { text, beginning, bytes }: FileLine, batch: ReadingBatch): void {
    const { _id: fileId, path, projectId, generation, lines } = this.record;
    lines.problems += 1;
    if (lines.problems > limits.observatory.maxListedProblems) return;
    batch.addProblem({
      _id: problemIdOf(fileId, generation, lines.total),
      fileId,
      path,
      projectId,
      generation,
      lineNumber: lines.total,
      problem,
      excerpt: beginningOf(text ?? beginning, limits.observatory.previewMaxLength),
      bytes,
    });
  }
}

function toRecord(entry: EntryLine, line: number): EntryRecord {
  const record: EntryRecord = { id: entry.id, line, type: entry.type, blocks: entry.blocks };
  if (entry.lineType !== entry.type) record.lineType = entry.lineType;
  if (entry.parentUuid !== null) record.parentUuid = entry.parentUuid;
  if (entry.role !== null) record.role = entry.role;
  if (entry.model !== null) record.model = entry.model;
  if (entry.messageId !== null) record.messageId = entry.messageId;
  if (entry.omittedBlocks > 0) record.omittedBlocks = entry.omittedBlocks;
  if (entry.at !== null) record.at = entry.at.getTime();
  if (entry.isSidechain) record.isSidechain = true;
  if (entry.isMeta) record.isMeta = true;
  if (entry.isError) record.isError = true;
  return record;
}

function previewOf({ id, type, at, isSidechain, blocks }: EntryLine): EntryPreviewView {
  const block = blocks.find(({ text }) => text !== '');
  return {
    id,
    type,
    at: at?.toISOString() ?? null,
    isSidechain,
    preview: beginningOf(block?.text ?? '', limits.observatory.previewMaxLength),
  };
}
