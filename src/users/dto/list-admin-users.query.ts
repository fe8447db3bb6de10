import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { adminUserSorts, type AdminUserSort, type UserRole } from '../../../contract/views.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';
import { YesOrNo } from '../../common/http/yes-or-no.decorator.js';

export class ListAdminUsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Beginning of a username, display name or e-mail address, in either case' })
  @IsString()
  @MaxLength(limits.email.maxLength)
  q = '';

  @ApiPropertyOptional({ enum: ['user', 'admin'] })
  @MayBeAbsent()
  @IsIn(['user', 'admin'])
  role?: UserRole;

  @ApiPropertyOptional({ type: Boolean })
  @MayBeAbsent()
  @YesOrNo()
  @IsBoolean()
  isActive?: boolean;

  @ApiPropertyOptional({
    enum: adminUserSorts,
    default: 'createdAt',
    description:
      'Times newest first, usernames from A. Who logs in during a walk by `lastLoginAt` moves to its beginning: one who was still ahead is missed, for this walk; nobody is met twice. The other two do not move.',
  })
  @IsIn(adminUserSorts)
  sort: AdminUserSort = 'createdAt';
}
