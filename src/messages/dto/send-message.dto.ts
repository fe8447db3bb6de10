import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { SendMessageRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';

const { message } = limits;

export class SendMessageDto implements SendMessageRequest {
  @ApiProperty({ example: 'Good morning', minLength: message.minLength, maxLength: message.maxLength })
  @Trim()
  @CharacterLength(message.minLength, message.maxLength)
  content!: string;

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
}
