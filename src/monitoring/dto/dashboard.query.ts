import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';

import { MayBeAbsent } from '../../common/http/optional.decorator.js';

export class DashboardQuery {
  @ApiPropertyOptional({
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    description: 'Shows of the logs what belongs to this one request or event',
    example: '5f2b8b4e-96a5-4a1f-8b6f-2d0c7a4f0e33',
  })
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, dots, dashes or underscores' })
  correlationId?: string;
}
