import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsNumber, IsString, IsUUID, Max, MaxLength, Min, MinLength } from 'class-validator';

import { serverChannels, type ClientEventName, type ClientEvents } from '../../../contract/events.js';
import { limits } from '../../../contract/limits.js';
import type { LogPosition } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { MarkerDto } from '../../groups/dto/marker.dto.js';
import { EditMessageDto } from '../../messages/dto/edit-message.dto.js';
import { SendMessageDto } from '../../messages/dto/send-message.dto.js';
import { PresenceDto } from '../../users/dto/presence.dto.js';
import { AreLogPositions } from './log-positions.decorator.js';

type Payload<Name extends ClientEventName> = ClientEvents[Name]['payload'];

/** The payloads of client events: those of REST, with the id that REST has in its path. */
export class MessagePayload extends SendMessageDto implements Payload<'message'> {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  groupId!: string;
}

export class EditMessagePayload extends EditMessageDto implements Payload<'edit_message'> {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  messageId!: string;
}

export class MessageIdPayload implements Payload<'delete_message'> {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  messageId!: string;
}

export class ReactPayload implements Payload<'react'> {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  messageId!: string;

  @ApiProperty({ example: '👍', minLength: 1, maxLength: limits.reaction.emojiMaxLength })
  @CharacterLength(1, limits.reaction.emojiMaxLength)
  emoji!: string;

  @ApiPropertyOptional({ default: false, description: 'Take the reaction back' })
  @MayBeAbsent()
  @IsBoolean()
  remove?: boolean;
}

export class TypingPayload implements Payload<'typing'> {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  groupId!: string;

  @ApiPropertyOptional({ default: true })
  @MayBeAbsent()
  @IsBoolean()
  isTyping?: boolean;
}

export class MarkerPayload extends MarkerDto implements Payload<'read'> {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  groupId!: string;
}

export class SyncPayload implements Payload<'sync'> {
  @ApiPropertyOptional({
    type: 'object',
    maxProperties: limits.sync.maxGroups,
    additionalProperties: {
      type: 'object',
      required: ['rev', 'epoch'],
      properties: { rev: { type: 'integer', minimum: 0 }, epoch: { type: 'string', format: 'uuid' } },
      additionalProperties: false,
    },
    description: 'Group id → the last rev and the epoch that were seen; absent or empty: an overview of all groups',
  })
  @MayBeAbsent()
  @AreLogPositions()
  groups?: Record<string, LogPosition>;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: limits.sync.maxLimit,
    default: limits.sync.defaultLimit,
    description: 'Changes of each group',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(limits.sync.maxLimit)
  limit?: number;
}

export class ChannelPayload implements Payload<'unsubscribe'> {
  @ApiProperty({ maxLength: 64, description: `group:<id>, or one of ${serverChannels.join(', ')}` })
  @IsString()
  @MaxLength(64)
  channel!: string;
}

export class SubscribePayload extends ChannelPayload implements Payload<'subscribe'> {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: limits.history.maxMessages,
    default: 0,
    description: "So many of the group's newest messages are sent first, as offline_message",
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(limits.history.maxMessages)
  history?: number;
}

export class PresencePayload extends PresenceDto implements Payload<'presence'> {}

export class AuthenticatePayload implements Payload<'authenticate'> {
  // No longest length: one that is too long is no good token, and refused as such wherever it comes.
  @ApiProperty({ minLength: 1, description: 'A new access token of the same user' })
  @IsString()
  @MinLength(1)
  token!: string;
}

export class TimestampPayload implements Payload<'ping'> {
  @ApiPropertyOptional({ description: 'Milliseconds since 1970' })
  @MayBeAbsent()
  @IsNumber()
  timestamp?: number;
}

/** Event → the class that checks its payload: the same for both transports. */
export const payloadClasses = {
  message: MessagePayload,
  edit_message: EditMessagePayload,
  delete_message: MessageIdPayload,
  restore_message: MessageIdPayload,
  react: ReactPayload,
  typing: TypingPayload,
  read: MarkerPayload,
  delivered: MarkerPayload,
  sync: SyncPayload,
  subscribe: SubscribePayload,
  unsubscribe: ChannelPayload,
  presence: PresencePayload,
  authenticate: AuthenticatePayload,
  ping: TimestampPayload,
  pong: TimestampPayload,
} as const satisfies { [Name in ClientEventName]: new () => Payload<Name> };
