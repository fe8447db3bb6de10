import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

import type { GroupKind, MemberRole } from '../../../contract/views.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';

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
}
