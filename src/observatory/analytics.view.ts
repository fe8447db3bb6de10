import { ApiProperty } from '@nestjs/swagger';

import type { ActivityView, ConversationAnalyticsView, ToolStatisticsView } from '../../contract/observatory.js';
import { ModelUsage, TokenUsage } from './conversation.view.js';

class ToolStatistics implements ToolStatisticsView {
  @ApiProperty() name!: string;
  @ApiProperty({ type: 'integer' }) calls!: number;
  @ApiProperty({ type: 'integer' }) failures!: number;
  @ApiProperty({ type: 'integer', description: 'Calls without a result' }) unanswered!: number;
  @ApiProperty({ type: 'integer', description: 'Between the lines of a call and of its result' }) totalMs!: number;
  @ApiProperty({ type: 'integer', nullable: true }) averageMs!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) longestMs!: number | null;
}

class Activity implements ActivityView {
  @ApiProperty({ format: 'date-time', description: 'The beginning of an hour' }) at!: string;
  @ApiProperty({ type: 'integer' }) messages!: number;
  @ApiProperty({ type: 'integer' }) toolCalls!: number;
  @ApiProperty({ type: 'integer' }) outputTokens!: number;
}

class Turns {
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: 'integer', nullable: true }) averageMs!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) longestMs!: number | null;
}

class MessageCounts {
  @ApiProperty({ type: 'integer' }) user!: number;
  @ApiProperty({ type: 'integer' }) assistant!: number;
  @ApiProperty({ type: 'integer' }) system!: number;
  @ApiProperty({ type: 'integer' }) other!: number;
  @ApiProperty({ type: 'integer', description: 'Of all these, those of sub-agents' }) sidechain!: number;
}

class Tokens extends TokenUsage {
  @ApiProperty({ type: [ModelUsage] }) byModel!: ModelUsage[];
  @ApiProperty({ type: Number, nullable: true, description: 'Of all tokens that went in, those read from the cache' })
  cacheShare!: number | null;
}

export class ConversationAnalytics implements ConversationAnalyticsView {
  @ApiProperty({ format: 'uuid' }) conversationId!: string;
  @ApiProperty({ type: 'integer', description: 'From the first line to the last' }) durationMs!: number;
  @ApiProperty({ type: 'integer', description: 'Without pauses of more than five minutes' }) activeMs!: number;
  @ApiProperty({ type: Turns }) turns!: Turns;
  @ApiProperty({ type: MessageCounts }) messages!: MessageCounts;
  @ApiProperty({ type: [ToolStatistics] }) tools!: ToolStatistics[];
  @ApiProperty({ type: Tokens }) tokens!: Tokens;
  @ApiProperty({ type: 'integer' }) errors!: number;
  @ApiProperty({ type: [Activity], description: 'Hours in which there was something' }) activity!: Activity[];
}
