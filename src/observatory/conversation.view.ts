import { ApiProperty } from '@nestjs/swagger';

import {
  conversationStatuses,
  type ConversationStatus,
  type ConversationView,
  type ModelUsageView,
  type TokenUsageView,
} from '../../contract/observatory.js';
import { statusOf } from './conversation-status.policy.js';
import type { ConversationRecord } from './conversation.schema.js';

export class TokenUsage implements TokenUsageView {
  @ApiProperty({ type: 'integer' }) inputTokens!: number;
  @ApiProperty({ type: 'integer' }) outputTokens!: number;
  @ApiProperty({ type: 'integer' }) cacheCreationInputTokens!: number;
  @ApiProperty({ type: 'integer' }) cacheReadInputTokens!: number;
}

export class ModelUsage extends TokenUsage implements ModelUsageView {
  @ApiProperty() model!: string;
  @ApiProperty({ type: 'integer', description: 'Answers of the model' }) messages!: number;
}

export class Conversation implements ConversationView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() sessionId!: string;
  @ApiProperty({ format: 'uuid' }) projectId!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Its summary, else its first question' })
  title!: string | null;
  @ApiProperty({
    enum: conversationStatuses,
    description: 'As of now. error: its last line is an API error; active: that line is not older than five minutes',
  })
  status!: ConversationStatus;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) startedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lastActivityAt!: string | null;
  @ApiProperty({ type: String, nullable: true }) gitBranch!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Of Claude Code' }) version!: string | null;
  @ApiProperty({ type: 'integer', description: 'Lines of people and of the model' }) messageCount!: number;
  @ApiProperty({ type: 'integer', description: 'Those, and what else belongs to the tree' }) entryCount!: number;
  @ApiProperty({ type: 'integer' }) toolCallCount!: number;
  @ApiProperty({ type: 'integer' }) errorCount!: number;
  @ApiProperty({ type: [ModelUsage] }) usage!: ModelUsage[];
}

export function toConversationView(conversation: ConversationRecord, now: Date): ConversationView {
  const { _id: id, sessionId, projectId, title, startedAt, lastActivityAt, gitBranch, version } = conversation;
  const { messageCount, entryCount, toolCallCount, errorCount, usage } = conversation;
  return {
    id,
    sessionId,
    projectId,
    title,
    status: statusOf(conversation, now),
    startedAt: startedAt?.toISOString() ?? null,
    lastActivityAt: lastActivityAt.getTime() === 0 ? null : lastActivityAt.toISOString(),
    gitBranch,
    version,
    messageCount,
    entryCount,
    toolCallCount,
    errorCount,
    usage,
  };
}
