import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import type { UploadRequest } from '../../../contract/requests.js';

/** The form of an upload as the documentation shows it; it is read while it comes, by `openUploadForm`. */
export class UploadFormDto implements UploadRequest {
  @ApiPropertyOptional({ format: 'uuid', description: 'Before the file; not for an avatar' })
  groupId?: string;

  @ApiPropertyOptional({ enum: ['message', 'avatar'], default: 'message', description: 'Before the file' })
  purpose?: 'message' | 'avatar';

  @ApiProperty({ type: 'string', format: 'binary', description: 'One file, the last part' })
  file!: unknown;
}
