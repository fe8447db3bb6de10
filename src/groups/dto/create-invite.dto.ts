import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { CreateInviteRequest } from '../../../contract/requests.js';
import { MayBeNull } from '../../common/http/nullable.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { IsTime } from '../../common/http/time.decorator.js';

const { invite } = limits;

export class CreateInviteDto implements CreateInviteRequest {
  @ApiPropertyOptional({
    type: 'integer',
    example: 86_400,
    minimum: invite.minLifetimeSeconds,
    maximum: invite.maxLifetimeSeconds,
    description: 'Seconds; a week when neither this nor expiresAt is given',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(invite.minLifetimeSeconds)
  @Max(invite.maxLifetimeSeconds)
  expiresIn?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'null: never' })
  @MayBeNull()
  @IsTime()
  expiresAt?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    example: 10,
    nullable: true,
    minimum: 1,
    maximum: invite.maxUses,
    description: 'null or absent: any number',
  })
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(invite.maxUses)
  maxUses?: number | null;
}
