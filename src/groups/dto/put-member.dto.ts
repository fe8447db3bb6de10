import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

import type { PutMemberRequest } from '../../../contract/requests.js';
import type { MemberRole } from '../../../contract/views.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';

export class PutMemberDto implements PutMemberRequest {
  @ApiPropertyOptional({
    enum: ['owner', 'moderator', 'member'],
    description: 'member when absent and new; owner hands the group over',
  })
  @MayBeAbsent()
  @IsIn(['owner', 'moderator', 'member'])
  role?: MemberRole;
}
