import type { MemberRole } from '../../contract/views.js';
import type { ExportedFile } from '../support/export-lines.js';

/** Somebody who is named in a file. */
export interface SourcePerson {
  /** What he is called in the file. */
  key: string;
  /** The username that his account is to have. */
  username: string;
  /** By which an account that is there is his, if that is wanted. */
  knownAs: string;
  displayName: string;
  isBot: boolean;
  createdAt: Date;
  /** The same name in the file of another group may be somebody else. */
  isOfGroup: boolean;
}

export interface SourceMember {
  person: string;
  role: MemberRole;
  joinedAt: Date;
}

/** A message as a file has it; people and messages are named as they are called there. */
export interface SourceMessage {
  /** The same each time that the file is read, and no other message's. */
  key: string;
  /** In the file, counted from 1. */
  line: number;
  sender: string;
  content: string;
  clientMessageId: string | null;
  replyTo: string | null;
  mentions: readonly string[];
  mentionsEveryone: boolean;
  reactions: readonly { emoji: string; people: readonly string[] }[];
  versions: readonly { content: string; replacedAt: Date }[];
  files: readonly ExportedFile[];
  /** Not before that of the message before. */
  createdAt: Date;
  updatedAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
  pinnedAt: Date | null;
}

export interface SourceGroup {
  /** What it is called among files: the same group each time. */
  key: string;
  kind: 'group' | 'channel';
  name: string;
  description: string;
  createdAt: Date | null;
}

/** A file that was read through once; its messages are read as they are needed. */
export interface ImportSource {
  readonly group: SourceGroup;
  readonly people: ReadonlyMap<string, SourcePerson>;
  readonly members: readonly SourceMember[];
  readonly total: number;
  readonly lines: number;
  /** Lines that are nobody's message, and known to be none. */
  readonly events: number;
  readonly skipped: SkippedLines;
  /** What there is to say of the file as a whole. */
  readonly notes: readonly string[];
  messages(): AsyncIterable<SourceMessage> | Iterable<SourceMessage>;
}

const maxNamed = 1000;

/** Lines that were not taken, each by its number and with its reason. */
export class SkippedLines {
  count = 0;
  /** The first thousand. */
  readonly named: { line: number; reason: string }[] = [];

  add(line: number, reason: string): void {
    this.count += 1;
    if (this.named.length < maxNamed) this.named.push({ line, reason });
  }
}
