import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { PresenceRequest } from '../../../contract/requests.js';
import type { PresenceChoice } from '../../../contract/views.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeNull } from '../../common/http/nullable.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { IsTime } from '../../common/http/time.decorator.js';

export class PresenceDto implements PresenceRequest {
  @ApiProperty({ enum: ['online', 'away', 'dnd'] })
  @IsIn(['online', 'away', 'dnd'])
  presence!: PresenceChoice;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: limits.statusText.maxLength,
    description: 'Stays as it is when absent; null takes it away',
  })
  @MayBeNull()
  @CharacterLength(0, limits.statusText.maxLength)
  statusText?: string | null;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the choice ends by itself, and a statusText given with it; absent: it does not',
  })
  @MayBeAbsent()
  @IsTime()
  until?: string;
}
