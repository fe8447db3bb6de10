import { ApiPropertyOptional } from '@nestjs/swagger';

import { limits } from '../../../contract/limits.js';
import type { UpdateGroupRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';

const { group } = limits;

export class UpdateGroupDto implements UpdateGroupRequest {
  @ApiPropertyOptional({ example: 'Engines', minLength: group.nameMinLength, maxLength: group.nameMaxLength })
  @MayBeAbsent()
  @Trim()
  @CharacterLength(group.nameMinLength, group.nameMaxLength)
  name?: string;

  @ApiPropertyOptional({ example: 'About engines', maxLength: group.descriptionMaxLength })
  @MayBeAbsent()
  @CharacterLength(0, group.descriptionMaxLength)
  description?: string;
}
