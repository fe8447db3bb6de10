import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
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
 * All transcripts below a folder, in the order of their names.
 *
 * @returns `null` when the folder is not there
 */
export async function lookInto(root: string): Promise<FolderContents | null> {
  const contents: FolderContents = { files: [], unreadable: [] };
  const projects = await list(root, '', contents);
  if (projects === null) return null;
  for (const folder of projects.folders) await lookIntoProject(root, folder, contents);
  return contents;
}

/** Whether changes below a path can be of a transcript; for a folder, of one in it. */
export function mayMatter(path: string, stats: Stats | undefined): boolean {
  const parts = path.split('/');
  if (stats?.isFile() === true) return transcriptAt(path) !== null;
  return parts.length < 3 || (parts.length === 3 && parts[2] === 'subagents') || transcriptAt(path) !== null;
}

async function lookIntoProject(root: string, folder: string, contents: FolderContents): Promise<void> {
  const below = await list(root, folder, contents);
  await addFiles(root, folder, below?.files ?? [], contents);
  for (const session of below?.folders ?? []) {
    const inSession = await list(root, `${folder}/${session}`, contents);
    if (inSession?.folders.includes('subagents') !== true) continue;
    const agents = `${folder}/${session}/subagents`;
    await addFiles(root, agents, (await list(root, agents, contents))?.files ?? [], contents);
  }
}

async function addFiles(
  root: string,
  folder: string,
  names: readonly string[],
  contents: FolderContents,
): Promise<void> {
  for (const name of names) {
    const transcript = transcriptAt(`${folder}/${name}`);
    if (transcript === null) continue;
    const stats = await lstat(join(root, transcript.path)).catch(() => null);
    if (stats?.isFile() === true) contents.files.push({ transcript, bytes: stats.size, inode: stats.ino });
  }
}

async function list(
  root: string,
  folder: string,
  contents: FolderContents,
): Promise<{ folders: string[]; files: string[] } | null> {
  try {
    const found = await readdir(join(root, folder), { withFileTypes: true });
    const names = found.sort((one, other) => (one.name < other.name ? -1 : 1));
    return {
      folders: names.filter((entry) => entry.isDirectory()).map(({ name }) => name),
      files: names.filter((entry) => entry.isFile()).map(({ name }) => name),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') contents.unreadable.push(folder);
    return null;
  }
}
