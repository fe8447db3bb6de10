import { ApiProperty } from '@nestjs/swagger';

import { limits } from '../../../contract/limits.js';
import type { RenameAttachmentRequest } from '../../../contract/requests.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';

const { fileNameMaxLength } = limits.attachments;

export class RenameAttachmentDto implements RenameAttachmentRequest {
  @ApiProperty({
    example: 'engine.png',
    minLength: 1,
    maxLength: fileNameMaxLength,
    description: 'Kept without a path, and without characters that are not seen or turn the direction of writing',
  })
  @CharacterLength(1, fileNameMaxLength)
  fileName!: string;
}
