import { ApiProperty } from '@nestjs/swagger';

import type { FoundMessageView, SnippetPartView } from '../../contract/views.js';
import { Message } from '../groups/my-group.view.js';

class SnippetPart implements SnippetPartView {
  @ApiProperty({ example: 'Good ', description: 'Plain text; "…" where the text was cut' }) text!: string;
  @ApiProperty({ description: 'It is what was searched for' }) isMatch!: boolean;
}

/** A message that was searched for. */
export class FoundMessage implements FoundMessageView {
  @ApiProperty({ type: Message }) message!: Message;
  @ApiProperty({
    type: [SnippetPart],
    description: 'The part of its text in which the first match stands, in pieces one after the other',
  })
  snippet!: SnippetPart[];
}
