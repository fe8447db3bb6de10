import { ApiProperty } from '@nestjs/swagger';

import type { BlockView } from '../../contract/views.js';
import { PublicUser } from './user.view.js';

/** Someone whom I have blocked. */
export class Block implements BlockView {
  @ApiProperty({ type: PublicUser }) user!: PublicUser;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}
