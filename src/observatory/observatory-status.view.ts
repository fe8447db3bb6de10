import { ApiProperty } from '@nestjs/swagger';

import {
  lineProblems,
  watcherStates,
  type LineProblem,
  type ObservatoryStatusView,
  type ProblemLineView,
  type WatcherState,
} from '../../contract/observatory.js';
import type { ProblemLineRecord } from './problem-line.schema.js';

class FileCounts {
  @ApiProperty({ type: 'integer' }) total!: number;
  @ApiProperty({ type: 'integer' }) read!: number;
  @ApiProperty({ type: 'integer' }) reading!: number;
  @ApiProperty({ type: 'integer', description: 'Not there any more; what was read of them stays' }) gone!: number;
  @ApiProperty({ type: 'integer' }) unreadable!: number;
}

class LineCounts {
  @ApiProperty({ type: 'integer' }) total!: number;
  @ApiProperty({ type: 'integer' }) entries!: number;
  @ApiProperty({ type: 'integer' }) summaries!: number;
  @ApiProperty({ type: 'integer', description: 'Understood, and no part of a conversation' }) skipped!: number;
  @ApiProperty({ type: 'integer' }) blank!: number;
  @ApiProperty({
    type: 'integer',
    description: 'Not understood; a line of which bytes were replaced counts as entry as well',
  })
  problems!: number;
}

class ByteCounts {
  @ApiProperty({ type: 'integer' }) read!: number;
  @ApiProperty({ type: 'integer', description: 'Not read yet, half-written lines among them' }) lag!: number;
}

export class ObservatoryStatus implements ObservatoryStatusView {
  @ApiProperty({ enum: watcherStates }) state!: WatcherState;
  @ApiProperty({ type: FileCounts }) files!: FileCounts;
  @ApiProperty({ type: LineCounts }) lines!: LineCounts;
  @ApiProperty({ type: ByteCounts }) bytes!: ByteCounts;
  @ApiProperty({ type: 'integer' }) projects!: number;
  @ApiProperty({ type: 'integer' }) conversations!: number;
}

export class ProblemLine implements ProblemLineView {
  @ApiProperty() id!: string;
  @ApiProperty({ description: 'Below TRANSCRIPTS_PATH' }) path!: string;
  @ApiProperty({ format: 'uuid' }) projectId!: string;
  @ApiProperty({ type: 'integer', description: 'From 1' }) lineNumber!: number;
  @ApiProperty({ enum: lineProblems }) problem!: LineProblem;
  @ApiProperty({ description: 'Its beginning' }) excerpt!: string;
  @ApiProperty({ type: 'integer' }) bytes!: number;
}

export function toProblemLineView(line: ProblemLineRecord): ProblemLineView {
  const { _id: id, path, projectId, lineNumber, problem, excerpt, bytes } = line;
  return { id, path, projectId, lineNumber, problem, excerpt, bytes };
}
