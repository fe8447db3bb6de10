import type { EntryType } from '../../contract/observatory.js';
import type { BlockRecord } from './blocks.js';

/** What one line of a conversation says. What it has not is left out; where it stands among others its row says. */
export interface EntryRecord {
  /** Within its conversation. */
  id: string;
  /** Its number in its file, from 1. */
  line: number;
  type: EntryType;
  /** Where it is another than `type`. */
  lineType?: string;
  parentUuid?: string;
  role?: string;
  model?: string;
  messageId?: string;
  blocks: BlockRecord[];
  omittedBlocks?: number;
  /** Its own time in ms. */
  at?: number;
  isSidechain?: true;
  isMeta?: true;
  isError?: true;
}
