import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsUUID } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { SendMessageRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';

const { attachments, message } = limits;

export class SendMessageDto implements SendMessageRequest {
  @ApiPropertyOptional({
    example: 'Good morning',
    maxLength: message.maxLength,
    description: 'At least one character, unless the message carries files',
  })
  @MayBeAbsent()
  @Trim()
  @CharacterLength(0, message.maxLength)
  content?: string;

  @ApiPropertyOptional({
    example: '5f2b7c1e-1',
    minLength: 1,
    maxLength: message.clientMessageIdMaxLength,
    description: 'Your own id of this message: sending it again gives the first message back',
  })
  @MayBeAbsent()
  @CharacterLength(1, message.clientMessageIdMaxLength)
  clientMessageId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The message of the same group that this one answers' })
  @MayBeAbsent()
  @IsUUID()
  replyToId?: string;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: attachments.maxPerMessage,
    description: 'Files that I have uploaded to the same group, and that no other message has',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(attachments.maxPerMessage)
  @IsUUID(undefined, { each: true })
  @ArrayUnique((id: unknown) => (typeof id === 'string' ? id.toLowerCase() : id))
  attachmentIds?: string[];
}
