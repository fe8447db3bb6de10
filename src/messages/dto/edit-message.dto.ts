import { ApiProperty } from '@nestjs/swagger';

import { limits } from '../../../contract/limits.js';
import type { EditMessageRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';

const { message } = limits;

export class EditMessageDto implements EditMessageRequest {
  @ApiProperty({ example: 'Good evening', minLength: message.minLength, maxLength: message.maxLength })
  @Trim()
  @CharacterLength(message.minLength, message.maxLength)
  content!: string;
}
