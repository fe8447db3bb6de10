import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { projectSorts, sortOrders, type ProjectSort, type SortOrder } from '../../../contract/observatory.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';

export class ListProjectsQuery extends PageQuery {
  @ApiPropertyOptional({
    minimum: 1,
    maximum: limits.observatory.maxPage,
    description: 'From 1; instead of a cursor. While projects come and go, only a cursor neither skips nor repeats',
  })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.observatory.maxPage)
  page?: number;

  @ApiPropertyOptional({ enum: projectSorts, default: 'lastActivityAt' })
  @IsIn(projectSorts)
  sort: ProjectSort = 'lastActivityAt';

  @ApiPropertyOptional({ enum: sortOrders, default: 'desc' })
  @IsIn(sortOrders)
  order: SortOrder = 'desc';
}
