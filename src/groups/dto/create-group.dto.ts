import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsUUID } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { CreateGroupRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';

const { group } = limits;

export class CreateGroupDto implements CreateGroupRequest {
  @ApiProperty({ enum: ['group', 'channel'], description: 'group: private; channel: anyone may join' })
  @IsIn(['group', 'channel'])
  kind!: 'group' | 'channel';

  @ApiProperty({ example: 'Engines', minLength: group.nameMinLength, maxLength: group.nameMaxLength })
  @Trim()
  @CharacterLength(group.nameMinLength, group.nameMaxLength)
  name!: string;

  @ApiPropertyOptional({ maxLength: group.descriptionMaxLength })
  @MayBeAbsent()
  @CharacterLength(0, group.descriptionMaxLength)
  description?: string;

  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: group.maxMembersAtCreation })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(group.maxMembersAtCreation)
  @IsUUID('all', { each: true })
  memberIds?: string[];
}
