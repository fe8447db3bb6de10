import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';

import type { UploadRequest } from '../../../contract/requests.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';

/** Where an upload goes, for those who do not say it in the form. */
export class UploadQuery implements UploadRequest {
  @ApiPropertyOptional({ format: 'uuid', description: 'The group for which it is, unless the form says so' })
  @MayBeAbsent()
  @IsUUID()
  groupId?: string;

  @ApiPropertyOptional({ enum: ['message', 'avatar'], default: 'message', description: 'The same' })
  @MayBeAbsent()
  @IsIn(['message', 'avatar'])
  purpose?: 'message' | 'avatar';
}
