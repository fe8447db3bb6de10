import type { ConfabClient } from '../../client/src/index.js';
import type { Directory } from './directory.js';
import type { People } from './people.js';
import type { Pictures } from './pictures.js';
import type { UnsentMessage } from './timeline.js';

/** What all parts of the page share once somebody is signed in. */
export interface ChatContext {
  client: ConfabClient;
  people: People;
  directory: Directory;
  pictures: Pictures;
  /** What was being written, by group. */
  drafts: Map<string, string>;
  /** What the server refused for good, by group, until it is sent again or discarded. */
  refused: Map<string, UnsentMessage[]>;
  /** Shows a group, and in it a message when one is named. */
  openGroup: (groupId: string, message?: { seq: number }) => void;
  signOut: () => void;
}
