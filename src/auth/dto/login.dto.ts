import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { LoginRequest } from '../../../contract/requests.js';

export class LoginDto implements LoginRequest {
  @ApiProperty({ example: 'TestUser', description: 'Username or e-mail address' })
  @IsString()
  @MinLength(1)
  @MaxLength(limits.email.maxLength)
  login!: string;

  @ApiProperty({ example: 'pass1234', format: 'password' })
  @IsString()
  @MinLength(1)
  @MaxLength(limits.password.maxBytes)
  password!: string;
}
