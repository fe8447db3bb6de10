import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';

import { limits } from '../../../contract/limits.js';
import type { ProjectSetting, UpdateProjectRequest } from '../../../contract/observatory.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { Trim } from '../../common/http/trim.decorator.js';
import { AreProjectSettings } from './project-settings.decorator.js';

const { project } = limits.observatory;

export class UpdateProjectDto implements UpdateProjectRequest {
  @ApiPropertyOptional({ example: 'Engine', minLength: project.nameMinLength, maxLength: project.nameMaxLength })
  @MayBeAbsent()
  @Trim()
  @CharacterLength(project.nameMinLength, project.nameMaxLength)
  name?: string;

  @ApiPropertyOptional({ example: 'The analytical one', maxLength: project.descriptionMaxLength })
  @MayBeAbsent()
  @CharacterLength(0, project.descriptionMaxLength)
  description?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    example: { colour: 'green' },
    description: 'Replaced as a whole',
  })
  @MayBeAbsent()
  // As it came: names that every object has would be dropped, and are to be refused.
  @Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key])
  @AreProjectSettings()
  settings?: Record<string, ProjectSetting>;
}
