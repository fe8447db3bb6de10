import type { TranscriptFileView } from '../../contract/observatory.js';
import type { TranscriptFileRecord } from './transcript-file.schema.js';

export function toFileView(file: TranscriptFileRecord): TranscriptFileView {
  return {
    id: file._id,
    path: file.path,
    projectId: file.projectId,
    state: file.state,
    bytes: file.bytes,
    readBytes: file.offset,
    lines: file.lines.total,
    problems: file.lines.problems,
  };
}
