import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import type { CreateProjectRequest } from '../../../contract/observatory.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { UpdateProjectDto } from './update-project.dto.js';

const { pathMaxLength } = limits.observatory.project;

export class CreateProjectDto extends UpdateProjectDto implements CreateProjectRequest {
  @ApiProperty({
    example: '/srv/engine',
    maxLength: pathMaxLength,
    description: 'The working directory whose transcripts it is to show, as Claude Code names it',
  })
  @CharacterLength(1, pathMaxLength)
  // eslint-disable-next-line no-control-regex -- those are what is to be kept out
  @Matches(/^(\/|[A-Za-z]:[\\/])[^\0-\x1f]*$/, { message: 'path must be an absolute path' })
  path!: string;
}
