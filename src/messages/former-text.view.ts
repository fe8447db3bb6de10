import { ApiProperty } from '@nestjs/swagger';

import type { FormerTextView } from '../../contract/views.js';

export class FormerText implements FormerTextView {
  @ApiProperty({ example: 'Good mornig' }) content!: string;
  @ApiProperty({ format: 'date-time', description: 'When another text took its place' }) replacedAt!: string;
}
