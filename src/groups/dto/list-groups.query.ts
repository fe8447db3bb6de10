import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';

import type { GroupKind, MemberRole } from '../../../contract/views.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';
import { YesOrNo } from '../../common/http/yes-or-no.decorator.js';

export class ListGroupsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['direct', 'group', 'channel'] })
  @MayBeAbsent()
  @IsIn(['direct', 'group', 'channel'])
  kind?: GroupKind;
}

export class ListMembersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['owner', 'moderator', 'member'] })
  @MayBeAbsent()
  @IsIn(['owner', 'moderator', 'member'])
  role?: MemberRole;

  @ApiPropertyOptional({ type: Boolean, description: 'true: those who are connected; false: the others' })
  @MayBeAbsent()
  @YesOrNo()
  @IsBoolean()
  online?: boolean;
}
