import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { PageQuery } from '../../common/http/page.query.js';

export class DiscoverQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Part of a name, in either case; all channels when absent', example: 'engine' })
  @IsString()
  // Characters are at most two units of UTF-16 each.
  @MaxLength(2 * limits.group.nameMaxLength)
  q = '';
}
