import { ApiProperty } from '@nestjs/swagger';

import {
  blockTypes,
  entryTypes,
  type BlockType,
  type BlockView,
  type EntryType,
  type EntryView,
} from '../../contract/observatory.js';
import type { BlockRecord } from './blocks.js';
import type { EntryRecord } from './entry-record.js';

export class EntryBlock implements BlockView {
  @ApiProperty({ enum: blockTypes }) type!: BlockType;
  @ApiProperty({ description: "Of a tool's use its input as JSON" }) text!: string;
  @ApiProperty({ type: 'integer', description: 'Of the whole text: more than text has when it was cut' })
  length!: number;
  @ApiProperty({ type: String, nullable: true }) toolUseId!: string | null;
  @ApiProperty({ type: String, nullable: true }) toolName!: string | null;
  @ApiProperty() isError!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Of an image, of which no more is kept' })
  mediaType!: string | null;
}

export class Entry implements EntryView {
  @ApiProperty({ description: "The line's uuid, or a hash of a line that has none" }) id!: string;
  @ApiProperty({ type: String, nullable: true }) uuid!: string | null;
  @ApiProperty({ type: String, nullable: true }) parentUuid!: string | null;
  @ApiProperty({ enum: entryTypes }) type!: EntryType;
  @ApiProperty({ description: 'What the line calls its type' }) lineType!: string;
  @ApiProperty({ type: String, nullable: true }) role!: string | null;
  @ApiProperty({ type: String, nullable: true }) model!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What the lines of one answer share' })
  messageId!: string | null;
  @ApiProperty({ type: [EntryBlock] }) blocks!: EntryBlock[];
  @ApiProperty({ type: 'integer', description: 'Blocks that are too many to be kept' }) omittedBlocks!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) at!: string | null;
  @ApiProperty() isSidechain!: boolean;
  @ApiProperty() isMeta!: boolean;
  @ApiProperty() isError!: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'In tree order' }) depth!: number | null;
}

export function toEntryView(entry: EntryRecord, depth: number | null): EntryView {
  const { id } = entry;
  return {
    id,
    uuid: id.startsWith('#') ? null : id,
    parentUuid: entry.parentUuid ?? null,
    type: entry.type,
    lineType: entry.lineType ?? entry.type,
    role: entry.role ?? null,
    model: entry.model ?? null,
    messageId: entry.messageId ?? null,
    blocks: entry.blocks.map(toBlockView),
    omittedBlocks: entry.omittedBlocks ?? 0,
    at: entry.at === undefined ? null : new Date(entry.at).toISOString(),
    isSidechain: entry.isSidechain === true,
    isMeta: entry.isMeta === true,
    isError: entry.isError === true,
    depth,
  };
}

function toBlockView({ type, text, length, toolUseId, toolName, isError, mediaType }: BlockRecord): BlockView {
  return {
    type,
    text,
    length: length ?? text.length,
    toolUseId: toolUseId ?? null,
    toolName: toolName ?? null,
    isError: isError === true,
    mediaType: mediaType ?? null,
  };
}
