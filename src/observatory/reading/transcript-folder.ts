import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

import { transcriptAt, type TranscriptPath } from '../transcript-path.js';

export interface FoundFile {
  transcript: TranscriptPath;
  bytes: number;
  inode: number;
}

/** What is in the folder of transcripts. */
export interface FolderContents {
  files: FoundFile[];
  /** Folders that could not be looked into: of what is in them nothing is known. */
  unreadable: string[];
}

/**
 * All transcripts below a folder, in the order of their names. Does not leave the thread: what is looked at every thirty
 * seconds is in the cache of the system, and handing it to another thread cost ten times as much as looking.
 *
 * @returns `null` when the folder is not there
 */
export function lookInto(root: string): FolderContents | null {
  const contents: FolderContents = { files: [], unreadable: [] };
  const projects = list(root, '', contents);
  if (projects === null) return null;
  for (const folder of projects.folders) lookIntoProject(root, folder, contents);
  return contents;
}

/** Whether changes below a path can be of a transcript; for a folder, of one in it. */
export function mayMatter(path: string, stats: Stats | undefined): boolean {
  const parts = path.split('/');
  if (stats?.isFile() === true) return transcriptAt(path) !== null;
  return parts.length < 3 || (parts.length === 3 && parts[2] === 'subagents') || transcriptAt(path) !== null;
}

function lookIntoProject(root: string, folder: string, contents: FolderContents): void {
  const below = list(root, folder, contents);
  addFiles(root, folder, below?.files ?? [], contents);
  for (const session of below?.folders ?? []) {
    const inSession = list(root, `${folder}/${session}`, contents);
    if (inSession?.folders.includes('subagents') !== true) continue;
    const agents = `${folder}/${session}/subagents`;
    addFiles(root, agents, list(root, agents, contents)?.files ?? [], contents);
  }
}

function addFiles(root: string, folder: string, names: readonly string[], contents: FolderContents): void {
  for (const name of names) {
    const transcript = transcriptAt(`${folder}/${name}`);
    if (transcript === null) continue;
    try {
      const stats = lstatSync(join(root, transcript.path));
      if (stats.isFile()) contents.files.push({ transcript, bytes: stats.size, inode: stats.ino });
    } catch (error) {
      // A folder may be listed and yet not be entered.
      if (!isMissing(error)) contents.unreadable.push(folder);
    }
  }
}

function list(root: string, folder: string, contents: FolderContents): { folders: string[]; files: string[] } | null {
  try {
    const found = readdirSync(join(root, folder), { withFileTypes: true });
    const names = found.sort((one, other) => (one.name < other.name ? -1 : 1));
    return {
      folders: names.filter((entry) => entry.isDirectory()).map(({ name }) => name),
      files: names.filter((entry) => entry.isFile()).map(({ name }) => name),
    };
  } catch (error) {
    if (!isMissing(error)) contents.unreadable.push(folder);
    return null;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
