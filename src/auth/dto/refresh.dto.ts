import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';

import type { RefreshRequest } from '../../../contract/requests.js';

export class RefreshDto implements RefreshRequest {
  @ApiProperty({ example: 'the refreshToken of your last login or refresh' })
  @IsString()
  @MinLength(1)
  @MaxLength(4096)
  refreshToken!: string;
}
