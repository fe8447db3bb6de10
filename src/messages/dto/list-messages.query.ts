import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';

import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';

/** A place in the log as a query parameter. */
function Place(description: string): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional({ type: 'integer', minimum: 0, description }),
    MayBeAbsent(),
    Type(() => Number),
    IsInt(),
    Min(0),
    Max(Number.MAX_SAFE_INTEGER - 1),
  ];
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

export class ListMessagesQuery extends PageQuery {
  @Place('Messages before this place, newest first')
  before?: number;

  @Place('Messages after this place, oldest first')
  after?: number;

  @Place('The message at this place with its neighbours, newest first')
  around?: number;

  @ApiPropertyOptional({ default: false, description: 'Show deleted messages too, without their content' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  includeDeleted = false;
}
