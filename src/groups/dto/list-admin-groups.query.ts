import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { adminGroupSorts, type AdminGroupSort, type GroupKind } from '../../../contract/views.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';
import { YesOrNo } from '../../common/http/yes-or-no.decorator.js';

export class ListAdminGroupsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Beginning of a name, in either case' })
  @IsString()
  @MaxLength(limits.group.nameMaxLength)
  q = '';

  @ApiPropertyOptional({ enum: ['direct', 'group', 'channel'] })
  @MayBeAbsent()
  @IsIn(['direct', 'group', 'channel'])
  kind?: GroupKind;

  @ApiPropertyOptional({ type: Boolean, description: 'false: those that were deleted' })
  @MayBeAbsent()
  @YesOrNo()
  @IsBoolean()
  isActive?: boolean;

  @ApiPropertyOptional({
    enum: adminGroupSorts,
    default: 'createdAt',
    description:
      'Newest, largest, or latest active first. A group that grows or shrinks during a walk by `size` moves in it, and may be missed or met twice; a walk by `activity` sees the order of its beginning.',
  })
  @IsIn(adminGroupSorts)
  sort: AdminGroupSort = 'createdAt';
}
