import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsUUID, Max, Min } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';

export class ChangesQuery {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The last rev that was seen; 0: from the beginning' })
  // `?since=` would be 0 otherwise: everything, for who has said nothing.
  @Transform(({ value }: { value: unknown }) => (value === '' ? undefined : Number(value)))
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  since!: number;

  @ApiPropertyOptional({ format: 'uuid', description: 'The epoch of the log that was seen' })
  @MayBeAbsent()
  @IsUUID()
  epoch?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: limits.sync.maxLimit, default: limits.sync.defaultLimit })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.sync.maxLimit)
  limit: number = limits.sync.defaultLimit;
}
