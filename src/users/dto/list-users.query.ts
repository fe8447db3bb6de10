import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { PageQuery } from '../../common/http/page.query.js';

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Beginning of a username or display name, in either case' })
  @IsString()
  @MaxLength(limits.displayName.maxLength)
  q = '';
}
