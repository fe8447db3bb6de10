import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

import type { MarkerRequest } from '../../../contract/requests.js';

export class MarkerDto implements MarkerRequest {
  @ApiProperty({
    example: 1,
    type: 'integer',
    minimum: 0,
    description: 'Everything up to this place has been read, or delivered',
  })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  seq!: number;
}
