import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';

import type { AdministerUserRequest } from '../../../contract/requests.js';
import type { UserRole } from '../../../contract/views.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';

export class AdministerUserDto implements AdministerUserRequest {
  @ApiPropertyOptional({ enum: ['user', 'admin'] })
  @MayBeAbsent()
  @IsIn(['user', 'admin'])
  role?: UserRole;

  @ApiPropertyOptional({
    example: false,
    description: 'false: all sessions end, and nobody logs in with the account until it is true again',
  })
  @MayBeAbsent()
  @IsBoolean()
  isActive?: boolean;
}
