import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

import type { TypingRequest } from '../../../contract/requests.js';

export class TypingDto implements TypingRequest {
  @ApiProperty({ example: true })
  @IsBoolean()
  isTyping!: boolean;
}
