import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { DeleteAccountRequest } from '../../../contract/requests.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';

export class DeleteAccountDto implements DeleteAccountRequest {
  @ApiPropertyOptional({
    example: 'correct horse',
    format: 'password',
    description: 'Needed when the account has one',
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(limits.password.maxBytes)
  password?: string;
}
