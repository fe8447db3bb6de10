import { ApiProperty } from '@nestjs/swagger';

import type { AttachmentCountView, AttachmentStatsView } from '../../contract/attachment-views.js';

class TypeStats {
  @ApiProperty({ example: 'image/png' }) contentType!: string;
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: 'integer', description: 'Bytes' }) size!: number;
}

export class AttachmentStats implements AttachmentStatsView {
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: 'integer', description: 'Bytes' }) size!: number;
  @ApiProperty({ type: [TypeStats], description: 'Most bytes first' }) types!: TypeStats[];
}

export class AttachmentCount implements AttachmentCountView {
  @ApiProperty({ type: 'integer' }) count!: number;
}
