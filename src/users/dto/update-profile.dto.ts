import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID, MaxLength } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { UpdateProfileRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { IsEmailAddress } from '../../common/http/email.decorator.js';
import { MayBeNull } from '../../common/http/nullable.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';

const { displayName, email, statusText } = limits;

export class UpdateProfileDto implements UpdateProfileRequest {
  @ApiPropertyOptional({ example: 'Ada Lovelace', maxLength: displayName.maxLength })
  @MayBeAbsent()
  @Trim()
  @CharacterLength(displayName.minLength, displayName.maxLength)
  displayName?: string;

  @ApiPropertyOptional({ format: 'email', maxLength: email.maxLength })
  @MayBeAbsent()
  @IsEmailAddress()
  @MaxLength(email.maxLength)
  email?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'On the third floor',
    maxLength: statusText.maxLength,
    description: 'Stays until it is changed; null takes it away',
  })
  @MayBeNull()
  @CharacterLength(0, statusText.maxLength)
  statusText?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A picture that I uploaded with purpose=avatar, for everyone to see; null takes it away',
  })
  @MayBeNull()
  @IsUUID()
  avatarAttachmentId?: string | null;
}
