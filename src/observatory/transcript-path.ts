/** What the place of a transcript says of it. */
export interface TranscriptPath {
  /** Below the root, with slashes. */
  path: string;
  /** The project's folder. */
  folder: string;
  /** Of lines that do not say it themselves. */
  sessionId: string;
}

const ending = '.jsonl';

/**
 * Whether a file below the root is a transcript: `<project>/<session>.jsonl`, or a sub-agent's
 * `<project>/<session>/subagents/agent-<id>.jsonl`. Journals and tool results are none.
 *
 * @param path below the root, with slashes
 */
export function transcriptAt(path: string): TranscriptPath | null {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const [folder, session, middle] = parts;
  if (folder === undefined || session === undefined || !name.endsWith(ending)) return null;
  if (parts.length === 2 && name !== 'journal.jsonl' && name.length > ending.length) {
    return { path, folder, sessionId: name.slice(0, -ending.length) };
  }
  const isSubagent = parts.length === 4 && middle === 'subagents' && name.startsWith('agent-');
  return isSubagent ? { path, folder, sessionId: session } : null;
}

/** The folder in which transcripts of a working directory lie: everything but letters and digits becomes `-`. */
export function folderOf(workingDirectory: string): string {
  return workingDirectory.replaceAll(/[^A-Za-z0-9]/g, '-');
}

/** The last part of a working directory, of Windows as well. */
export function lastPartOf(workingDirectory: string): string {
  return workingDirectory.split(/[/\\]/).findLast((part) => part !== '') ?? workingDirectory;
}
