import type { GroupKind, MemberRole } from '../../contract/views.js';

// The lines of an export, each a JSON object: one `export`, then `member`s, `person`s, `message`s in the order of the
// log, and one `end`. Times are ISO 8601 in UTC with milliseconds, as on the wire.

/** Grows with every change that a reader of the former version could not read. */
export const exportVersion = 1;

export interface ExportHead {
  type: 'export';
  format: 'confab-export';
  version: typeof exportVersion;
  exportedAt: string;
  /** The log's change that the file is as of: with it, and with none behind it. */
  rev: number;
  lastSeq: number;
  group: {
    id: string;
    kind: GroupKind;
    name: string | null;
    description: string;
    createdAt: string;
    /** When it was deleted. */
    closedAt: string | null;
  };
}

/** What everyone signed in may see of somebody, but for what he is doing at the moment. */
export interface ExportedPerson {
  id: string;
  username: string;
  displayName: string;
  isBot: boolean;
  createdAt: string;
}

export interface MemberLine {
  type: 'member';
  user: ExportedPerson;
  role: MemberRole;
  joinedAt: string;
}

/** Somebody who is no member (any more), but wrote, reacted, or is mentioned. */
export interface PersonLine {
  type: 'person';
  user: ExportedPerson;
}

export interface ExportedFile {
  id: string;
  fileName: string;
  contentType: string;
  size: number;
  sha256: string;
  width: number | null;
  height: number | null;
  createdAt: string;
  /** Where it is, in the folder beside the export; `null` when the storage does not have it. */
  path: string | null;
}

export interface MessageLine {
  type: 'message';
  id: string;
  seq: number;
  rev: number;
  senderId: string;
  /** `null` when deleted. */
  content: string | null;
  clientMessageId: string | null;
  replyToId: string | null;
  mentions: string[];
  mentionsEveryone: boolean;
  attachments: ExportedFile[];
  reactions: { emoji: string; userIds: string[] }[];
  pinnedAt: string | null;
  editedAt: string | null;
  deletedAt: string | null;
  createdAt: string;
  updatedAt: string;
  /** Oldest first; none when deleted. */
  formerTexts: { content: string; replacedAt: string }[];
}

export interface ExportEnd {
  type: 'end';
  members: number;
  people: number;
  messages: number;
  /** Of the messages. */
  deleted: number;
  files: number;
  fileBytes: number;
  /** Of all bytes before this line, in hexadecimal. */
  sha256: string;
}

export type ExportLine = ExportHead | MemberLine | PersonLine | MessageLine | ExportEnd;
