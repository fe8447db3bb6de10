import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { MayBeAbsent } from './optional.decorator.js';

/** `?limit=&cursor=` of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: limits.page.maxSize, default: limits.page.defaultSize })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.page.maxSize)
  limit: number = limits.page.defaultSize;

  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(512)
  cursor?: string;
}
