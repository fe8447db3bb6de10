import { projectIdOf } from './observatory-ids.js';
import type { ProjectRecord } from './project.schema.js';

/** A project of which only the folder is known. */
export function newProject(folder: string, now: Date): ProjectRecord {
  return {
    _id: projectIdOf(folder),
    folder,
    name: folder,
    nameKey: folder.toLowerCase(),
    isNamed: false,
    description: '',
    settings: {},
    conversationCount: 0,
    lastActivityAt: now,
    createdAt: now,
    updatedAt: now,
  };
}
