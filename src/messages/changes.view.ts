import { ApiProperty } from '@nestjs/swagger';

import type { ChangesView } from '../../contract/views.js';
import { Message } from '../groups/my-group.view.js';

export class Changes implements ChangesView {
  @ApiProperty({ type: [Message], description: 'In rev order, each in its latest state' }) items!: Message[];
  @ApiProperty({ type: 'integer', description: 'Ask from here next time' }) rev!: number;
  @ApiProperty({ format: 'uuid' }) epoch!: string;
  @ApiProperty() hasMore!: boolean;
  @ApiProperty({ description: 'The log is not the one that was known: read afresh' }) reset!: boolean;
}
