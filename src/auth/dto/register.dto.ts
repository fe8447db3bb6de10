import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { RegisterRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';
import { IsEmailAddress } from '../../common/http/email.decorator.js';
import { freeUsername } from '../../users/free-username.js';
import { IsPassword } from './password.decorator.js';

const { username, displayName, email, inviteCode } = limits;

export class RegisterDto implements RegisterRequest {
  @ApiProperty({
    example: 'ada',
    minLength: username.minLength,
    maxLength: username.maxLength,
    pattern: '^[A-Za-z0-9_.-]+$',
  })
  @Matches(/^[A-Za-z0-9_.-]{3,32}$/, { message: 'username must be 3 to 32 of A-Z, a-z, 0-9, _, . and -' })
  @Matches(freeUsername, { message: 'username must be another one: this one has a meaning of its own' })
  username!: string;

  @ApiProperty({ example: 'ada@example.org', format: 'email', maxLength: email.maxLength })
  @IsEmailAddress()
  @MaxLength(email.maxLength)
  email!: string;

  @ApiProperty({ example: 'correct horse', format: 'password', description: '8 to 72 bytes' })
  @IsPassword()
  password!: string;

  @ApiPropertyOptional({ example: 'Ada Lovelace', maxLength: displayName.maxLength })
  @MayBeAbsent()
  @Trim()
  @CharacterLength(displayName.minLength, displayName.maxLength)
  displayName?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: inviteCode.maxLength,
    pattern: '^[A-Za-z0-9_-]+$',
    description:
      'The code of an invitation, which is needed where registration is by invitation; the new user joins its group',
  })
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'inviteCode must be 1 to 64 of A-Z, a-z, 0-9, _ and -' })
  inviteCode?: string;
}
