import { createHash } from 'node:crypto';

import { v5 } from 'uuid';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ProjectId = Branded<'ProjectId'>;
export type ConversationId = Branded<'ConversationId'>;
/** No UUID: it is never asked for, only shown. */
export type FileId = Branded<'FileId'>;

// Ids are made from what they stand for (UUIDs of version 5, RFC 9562): whoever reads the same line writes the same record,
// whether for the first time or again after a crash, and nothing has to be looked up before it is written.
const projects = '5b4a5a0e-3f1c-5a7e-9d56-0c1f6f0c6a01';
const conversations = '5b4a5a0e-3f1c-5a7e-9d56-0c1f6f0c6a02';

/** @param folder its name below the root */
export function projectIdOf(folder: string): ProjectId {
  return v5(folder, projects) as ProjectId;
}

export function conversationIdOf(sessionId: string): ConversationId {
  return v5(sessionId, conversations) as ConversationId;
}

/** @param path below the root, with slashes */
export function fileIdOf(path: string): FileId {
  return digest(path, 16) as FileId;
}

/** Where the entries of some lines are stored. Sorts as the lines of a file do. */
export function packIdOf(fileId: FileId, generation: number, firstLine: number): string {
  return `${fileId}:${padded(generation, 8)}:${padded(firstLine, 10)}`;
}

/** A number that stands for the id of a line in an index; a few others may have the same. */
export function lineKeyOf(id: string): number {
  let key = 0;
  // As `String.hashCode` of Java; 32 bits are what an index holds best.
  for (let at = 0; at < id.length; at += 1) key = (Math.imul(key, 31) + id.charCodeAt(at)) | 0;
  return key;
}

/** So many hexadecimal digits of a SHA-256. */
export function digest(content: string | Uint8Array, digits: number): string {
  return createHash('sha256').update(content).digest('hex').slice(0, digits);
}

function padded(count: number, digits: number): string {
  return String(count).padStart(digits, '0');
}
