import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { ChangePasswordRequest } from '../../../contract/requests.js';
import { IsPassword } from './password.decorator.js';

export class ChangePasswordDto implements ChangePasswordRequest {
  @ApiProperty({ example: 'correct horse', format: 'password' })
  @IsString()
  @MaxLength(limits.password.maxBytes)
  currentPassword!: string;

  @ApiProperty({ example: 'battery staple', format: 'password', description: '8 to 72 bytes' })
  @IsPassword()
  newPassword!: string;
}
