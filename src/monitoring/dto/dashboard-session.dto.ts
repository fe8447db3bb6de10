import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';

import type { DashboardSessionRequest } from '../../../contract/dashboard.js';
import { limits } from '../../../contract/limits.js';

export class DashboardSessionDto implements DashboardSessionRequest {
  @ApiProperty({ example: 'the accessToken of the login of an admin' })
  @IsString()
  @MinLength(1)
  @MaxLength(limits.token.maxLength)
  accessToken!: string;
}
